import fc from "fast-check";
import { expect, test } from "vitest";
import { exactReplacement } from "./replacement.ts";

test("takes only the lines that differ", () => {
  expect(exactReplacement("a\nb\nc\n", "a\nB\nc\n")).toEqual({ before: "b\n", after: "B\n" });
});

test("adds lines around a text that occurs twice", () => {
  expect(exactReplacement("x\na\nx\nb\n", "x\na\ny\nb\n")).toEqual({
    before: "a\nx\nb\n",
    after: "a\ny\nb\n",
  });
});

test("whatever it gives occurs once, and replacing it makes the new text", () => {
  const text = fc.array(fc.constantFrom("a\n", "b\n", "  c\n", "\n", "end")).map((lines) => lines.join(""));
  fc.assert(
    fc.property(text, text, (old, fresh) => {
      const replacement = exactReplacement(old, fresh);
      if (!replacement) return;
      const parts = old.split(replacement.before);
      expect(parts).toHaveLength(2);
      expect(parts.join(replacement.after)).toBe(fresh);
    }),
  );
});
