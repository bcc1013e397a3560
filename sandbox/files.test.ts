import { normalize } from "node:path/posix";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Files } from "./contract.ts";
import { checkedFiles, directoriesOf, filesDigest, pathFromBytes, pathProblem, topEntries } from "./files.ts";

const tree = (...paths: string[]): Files =>
  new Map(paths.map((path) => [path, { content: Buffer.from(path), executable: false }]));

test.each([
  "",
  "/etc/passwd",
  "..",
  "a/../b",
  "./a",
  "a//b",
  "a/",
  "a\0b",
  "a\nb",
  "\ud800",
  "x".repeat(256),
])("%j is no path", (path) => {
  expect(pathProblem(path)).toBeDefined();
  expect(() => checkedFiles(tree(path))).toThrow(expect.objectContaining({ code: "refused" }));
});

test("what passes is normalised and stays below its root", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "..", ".", "", "/", "b c", "é", "\0")), (parts) => {
      const path = parts.join("/");
      if (pathProblem(path) !== undefined) return;
      expect(normalize(path)).toBe(path);
      expect(normalize(`/root/${path}`).startsWith("/root/")).toBe(true);
    }),
  );
});

test("names that are not UTF-8 are refused", () => {
  expect(pathFromBytes(Buffer.from("a/é"))).toBe("a/é");
  expect(() => pathFromBytes(Buffer.from([0x61, 0xff]))).toThrow(/not UTF-8/);
});

test("no path is both a file and a directory", () => {
  expect(() => checkedFiles(tree("a", "a/b"))).toThrow("a is both a file and a directory");
  expect([...checkedFiles(tree("b", "a/b", "a/c")).keys()]).toEqual(["a/b", "a/c", "b"]);
});

test("the digest depends on names, modes and contents, not on the order", () => {
  const digest = filesDigest(tree("a", "b/c"));
  expect(filesDigest(tree("b/c", "a"))).toBe(digest);
  expect(filesDigest(tree("a", "b/d"))).not.toBe(digest);
  const executable = new Map(
    [...tree("a", "b/c")].map(([path, file]) => [path, { ...file, executable: true }]),
  );
  expect(filesDigest(executable)).not.toBe(digest);
});

test("directories come before what is in them", () => {
  expect(directoriesOf(["a/b/c", "a/d", "e"])).toEqual(["a", "a/b"]);
  expect(topEntries(tree("a/b/c", "a/d", "e"))).toBe(2);
});
