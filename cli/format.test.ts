import { expect, test } from "vitest";
import { counts, dollars, duration, percent, plural, shortNumber } from "./format.ts";

test.each([
  [0, "0 s"],
  [0.44, "0.4 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1 min 00 s"],
  [200, "3 min 20 s"],
  [3599.6, "1 h 00 min"],
  [7500, "2 h 05 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1k"],
  [12_345, "12.3k"],
  [999_499, "999k"],
  [999_500, "1M"],
  [1_240_000, "1.24M"],
  [5e15, "5000T"],
])("%d is %s", (count, text) => {
  expect(shortNumber(count)).toBe(text);
});

test("a cost that is not known is not zero", () => {
  expect(dollars(null, true)).toBe("unknown");
  expect(dollars(0, true)).toBe("$0 (simulated)");
  expect(dollars(0, false)).toBe("$0");
  expect(dollars(0.00123, false)).toBe("$0.0012");
  expect(dollars(12.345, false)).toBe("$12.35");
});

test("shares, counts and nouns", () => {
  expect(percent(0.625)).toBe("63 %");
  expect(counts({ solved: 3, counted: 4 })).toBe("3/4");
  expect(counts({ solved: 0, counted: 0 })).toBe("-");
  expect([plural(1, "run"), plural(0, "run")]).toEqual(["1 run", "0 runs"]);
});
