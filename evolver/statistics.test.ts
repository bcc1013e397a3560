import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betaCdf, betaMean, betaQuantile, credibleInterval } from "./statistics.ts";

const shape = fc.oneof(
  fc.double({ min: Math.log(1e-3), max: Math.log(1e6), noNaN: true }).map(Math.exp),
  fc.integer({ min: 1, max: 2_000 }),
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("betaCdf", () => {
  test("equals the exact binomial sum for whole shapes", () => {
    const whole = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(whole, whole, fc.integer({ min: 0, max: 64 }), (a, b, sixtyFourths) => {
        expect(Math.abs(betaCdf(sixtyFourths / 64, a, b) - exactCdf(sixtyFourths, a, b))).toBeLessThan(1e-13);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    // Computed with 40 digits by mpmath's betainc.
    [0.01, 0.001, 0.1, 0.985709973602818],
    [0.001, 0.001, 1e6, 1],
    [1e-12, 0.5, 17.5, 4.686756623901e-6],
    [0.969, 12345, 400, 0.5926204997027],
    [0.5, 12345, 12345, 0.5],
    [0.29, 0.5, 0.5, (2 / Math.PI) * Math.asin(Math.sqrt(0.29))],
    [0.3, 2, 2, 0.3 ** 2 * (3 - 2 * 0.3)],
  ])("at %d for Beta(%d, %d) is %d", (x, a, b, value) => {
    expect(Math.abs(betaCdf(x, a, b) - value)).toBeLessThan(1e-10);
  });

  test("never falls and mirrors its complement", () => {
    fc.assert(
      fc.property(share, share, shape, shape, (x, other, a, b) => {
        const [low, high] = x < other ? [x, other] : [other, x];
        expect(betaCdf(low, a, b)).toBeLessThanOrEqual(betaCdf(high, a, b) + 1e-9);
        const y = 1 - x;
        expect(Math.abs(betaCdf(1 - y, a, b) + betaCdf(y, b, a) - 1)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe("betaQuantile", () => {
  test("inverts the closed forms, down to tiny shares and up to huge shapes", () => {
    const chance = fc.oneof(share, fc.double({ min: -600, max: 0, noNaN: true }).map(Math.exp));
    fc.assert(
      fc.property(chance, shape, (p, n) => {
        expect(Math.abs(betaQuantile(p, 1, 1) - p)).toBeLessThan(1e-12);
        expect(Math.abs(betaQuantile(p, n, 1) - p ** (1 / n))).toBeLessThan(1e-9);
        expect(Math.abs(betaQuantile(p, 1, n) + Math.expm1(Math.log1p(-p) / n))).toBeLessThan(1e-9);
        expect(Math.abs(betaQuantile(p, 0.5, 0.5) - Math.sin((Math.PI * p) / 2) ** 2)).toBeLessThan(1e-9);
        const x = betaQuantile(p, 2, 2);
        expect(Math.abs(x * x * (3 - 2 * x) - p)).toBeLessThan(1e-12);
      }),
    );
  });

  test("is the inverse of the CDF, rises with p and mirrors itself", () => {
    // From 1 up: below, the density is unbounded at an end and neighbouring doubles are far apart in p.
    const bounded = shape.map((value) => Math.max(1, value));
    fc.assert(
      fc.property(share, share, bounded, bounded, (p, other, a, b) => {
        const x = betaQuantile(p, a, b);
        expect(Math.abs(betaCdf(x, a, b) - p)).toBeLessThan(1e-9);
        expect(Math.sign(betaQuantile(other, a, b) - x) * Math.sign(other - p)).toBeGreaterThanOrEqual(
          Math.abs(other - p) < 1e-9 ? -1 : 0,
        );
        // 1 - (1 - q) is q exactly, 1 - (1 - p) is not p where p is tiny.
        const q = 1 - p;
        expect(Math.abs(betaQuantile(q, a, b) + betaQuantile(1 - q, b, a) - 1)).toBeLessThan(1e-9);
      }),
    );
  });

  test("stays a share for any shapes and any p", () => {
    fc.assert(
      fc.property(
        fc.oneof(share, fc.constantFrom(0, 5e-324, 1e-300, 1 - 2 ** -53, 1)),
        shape,
        shape,
        (p, a, b) => {
          const x = betaQuantile(p, a, b);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(1);
        },
      ),
    );
    expect(betaQuantile(0, 3, 4)).toBe(0);
    expect(betaQuantile(1, 3, 4)).toBe(1);
  });

  test("the median of a symmetric Beta is a half", () => {
    for (const a of [1e-3, 0.5, 1, 7, 1e3, 1e6]) expect(betaQuantile(0.5, a, a)).toBeCloseTo(0.5, 12);
  });

  test("refuses what is no Beta and no share, with the value", () => {
    expect(() => betaQuantile(0.5, 0, 1)).toThrow("Beta(0, 1): both shapes must be positive numbers");
    expect(() => betaQuantile(0.5, 1, Number.NaN)).toThrow("Beta(1, NaN)");
    expect(() => betaQuantile(1.5, 1, 1)).toThrow("p: expected a number from 0 to 1, got 1.5");
    expect(() => betaCdf(Number.NaN, 1, 1)).toThrow("x: expected a number from 0 to 1, got NaN");
  });
});

test("credibleInterval leaves equal tails outside", () => {
  expect(credibleInterval({ solved: 0, counted: 0 })).toEqual([
    expect.closeTo(0.025, 12),
    expect.closeTo(0.975, 12),
  ]);
  // 8 of 10: Beta(9, 3).
  const [low, high] = credibleInterval({ solved: 8, counted: 10 }, 0.9);
  expect(betaCdf(low, 9, 3)).toBeCloseTo(0.05, 10);
  expect(betaCdf(high, 9, 3)).toBeCloseTo(0.95, 10);
  expect(betaMean(9, 3)).toBe(0.75);
});

/** P(Bin(a + b - 1, x) >= a) in whole numbers, x = sixtyFourths / 64. */
function exactCdf(sixtyFourths: number, a: number, b: number): number {
  const n = a + b - 1;
  const x = BigInt(sixtyFourths);
  const y = 64n - x;
  let choose = 1n;
  let sum = 0n;
  for (let k = 0; k <= n; k++) {
    if (k >= a) sum += choose * x ** BigInt(k) * y ** BigInt(n - k);
    choose = (choose * BigInt(n - k)) / BigInt(k + 1);
  }
  const scale = 10n ** 20n;
  return Number((sum * scale) / 64n ** BigInt(n)) / 1e20;
}
