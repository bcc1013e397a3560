import fc from "fast-check";
import { expect, test } from "vitest";
import { toJson } from "./print.ts";

/** Dense in controls and marks. */
const anyText = fc.string({
  unit: fc
    .oneof(fc.integer({ min: 0, max: 0x2100 }), fc.constantFrom(0xfeff, 0xd800, 0xe0041, 0x1f600))
    .map((code) => String.fromCodePoint(code)),
});

test("what is not known is null, not left out", () => {
  expect(JSON.parse(toJson({ a: undefined, b: [undefined] }))).toEqual({ a: null, b: [null] });
});

test("any text reads back as it was, and no control reaches a terminal", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = toJson({ text });
      expect(json).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});
