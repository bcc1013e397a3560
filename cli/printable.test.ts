import fc from "fast-check";
import { expect, test } from "vitest";
import { oneLine, printable } from "./printable.ts";

/** Dense in controls and marks. */
const anyText = fc.string({
  unit: fc
    .oneof(fc.integer({ min: 0, max: 0x2100 }), fc.constantFrom(0xfeff, 0xd800, 0xe0041, 0x1f600))
    .map((code) => String.fromCodePoint(code)),
});

test("what a terminal would obey is spelled out", () => {
  expect(printable("\x1b[31mred\x07")).toBe("\\x1b[31mred\\x07");
  expect(printable("\u009b2J")).toBe("\\x9b2J");
  expect(printable("safe\rover")).toBe("safe\\x0dover");
  expect(printable("a\u202eb\u2066c")).toBe("a\\u202eb\\u2066c");
  expect(printable("\u{e0041}")).toBe("\\u{e0041}");
});

test("ordinary text stays as it is", () => {
  const text = "tab\there\nzwölf Boxkämpfer 日本語 ├─ é\n";
  expect(printable(text)).toBe(text);
  expect(printable("a\r\nb")).toBe("a\nb");
});

test("nothing that steers a terminal ever gets through", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(printable(text)).not.toMatch(/[^\P{Cc}\n\t]|\p{Cf}/u);
      expect(oneLine(text)).not.toMatch(/\p{Cc}|\p{Cf}/u);
    }),
  );
});

test("a line is one line and no longer than asked", () => {
  expect(oneLine("  a\n\n b\t c ")).toBe("a b c");
  expect(oneLine("abcdef", 4)).toBe("abc…");
  fc.assert(
    fc.property(anyText, fc.nat(20), (text, width) => {
      expect(Array.from(oneLine(text, width + 1)).length).toBeLessThanOrEqual(width + 1);
    }),
  );
});
