import fc from "fast-check";
import { expect, test } from "vitest";
import { wrap } from "./wrap.ts";

test("text is broken at spaces, its own lines stay", () => {
  expect(wrap("one two three\n\n  - four five six", 10)).toEqual([
    "one two",
    "three",
    "",
    "  - four",
    "  five six",
  ]);
  expect(wrap("unbreakable-word", 5)).toEqual(["unbreakable-word"]);
});

test("no word is lost, and only single words are too long", () => {
  const text = fc.array(fc.constantFrom("a", "bbb", "cccccccc", "\n", "  ")).map((parts) => parts.join(" "));
  fc.assert(
    fc.property(text, (value) => {
      const lines = wrap(value, 12);
      expect(lines.join(" ").split(/\s+/).filter(Boolean)).toEqual(value.split(/\s+/).filter(Boolean));
      for (const line of lines) expect(line.length <= 12 || !line.trim().includes(" ")).toBe(true);
    }),
  );
});
