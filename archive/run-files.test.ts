import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRunFile, readRunFile, writeRunFile } from "./run-files.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "evolver-runs-test-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("what a run left is read back; nothing else stays beside it", () => {
  writeRunFile(directory, "e1", "transcript.log", "step one ü\n");
  writeRunFile(directory, "e1", "transcript.log", "step two\n");
  expect(readRunFile(directory, "e1", "transcript.log")).toBe("step two\n");
  expect(readRunFile(directory, "e1", "patch.diff")).toBeUndefined();
  expect(readdirSync(join(directory, "runs", "e1"))).toEqual(["transcript.log.gz"]);
});

test.each([
  ["empty, as after a power cut", ""],
  ["cut off", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0])],
  ["something else", "plain text"],
])("a file that is %s is no evidence, and said to be damaged to who asks for it", (_name, content) => {
  writeRunFile(directory, "e1", "transcript.log", "text");
  writeFileSync(join(directory, "runs", "e1", "transcript.log.gz"), content);
  expect(findRunFile(directory, "e1", "transcript.log")).toBeUndefined();
  expect(() => readRunFile(directory, "e1", "transcript.log")).toThrow();
});
