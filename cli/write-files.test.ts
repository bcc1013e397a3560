import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeFiles } from "./write-files.ts";

let scratch = "";
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "evolver-write-test-"));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const files = (...paths: string[]) =>
  new Map(paths.map((path) => [path, { content: Buffer.from(path), executable: path.endsWith(".sh") }]));

test("files come out as they are, below a new directory or an empty one", () => {
  const target = join(scratch, "new", "agent");
  writeFiles(target, files("main.ts", "lib/run.sh"));
  expect(readFileSync(join(target, "lib/run.sh"), "utf8")).toBe("lib/run.sh");
  expect(statSync(join(target, "lib/run.sh")).mode & 0o111).not.toBe(0);
  expect(statSync(join(target, "main.ts")).mode & 0o111).toBe(0);
  mkdirSync(join(scratch, "empty"));
  writeFiles(join(scratch, "empty"), files("main.ts"));
  expect(existsSync(join(scratch, "empty", "main.ts"))).toBe(true);
});

test.each(["../out", "/etc/out", "a/../../out", "a//b", "./a", ".git/hooks/x", "a/.GIT/config", "a\\b", ""])(
  "a file named %j is refused before anything is written",
  (path) => {
    const target = join(scratch, "agent");
    expect(() => writeFiles(target, files("fine.ts", path))).toThrow("not written");
    expect(existsSync(target)).toBe(false);
  },
);

test("nothing that is there is written over", () => {
  writeFileSync(join(scratch, "file"), "mine");
  expect(() => writeFiles(join(scratch, "file"), files("a"))).toThrow("is a file");
  expect(() => writeFiles(scratch, files("a"))).toThrow("not empty (it holds file)");
  symlinkSync(scratch, join(scratch, "link"));
  expect(() => writeFiles(join(scratch, "link"), files("a"))).toThrow("not empty");
  expect(readFileSync(join(scratch, "file"), "utf8")).toBe("mine");
});
