import { expect, test } from "vitest";
import { randomStream } from "../random.ts";
import { betaCdf } from "../statistics.ts";
import { thompson } from "./thompson.ts";

test("draws come from the Beta of the arm", () => {
  for (const [a, b] of [
    [1, 1],
    [9, 3],
    [1.5, 700],
    [4e5, 2e5],
  ] as const) {
    const random = randomStream("thompson test", a, b);
    const draws = Array.from(
      { length: 4_000 },
      () => thompson([{ id: 0, a, b }], random).draws.draw as number,
    );
    const sorted = draws.map((draw) => betaCdf(draw, a, b)).sort((one, other) => one - other);
    const distance = Math.max(...sorted.map((p, index) => Math.abs(p - (index + 0.5) / sorted.length)));
    // Kolmogorov-Smirnov: beyond 1.95 / sqrt(n) once in a thousand.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length));
  }
});

test("an arm wins as often as its draw is the highest", () => {
  // The share of draws won by Beta(a, 1) against others Beta(c, 1) is a over the sum: maxima of uniforms.
  const shapes = [2, 5, 13];
  const arms = shapes.map((a, id) => ({ id, a, b: 1 }));
  const random = randomStream("thompson wins");
  const wins = [0, 0, 0];
  for (let round = 0; round < 20_000; round++) {
    const { id, draws } = thompson(arms, random);
    wins[id] = (wins[id] ?? 0) + 1;
    expect(draws.draw).toBeGreaterThanOrEqual(draws.nextDraw as number);
    expect(draws.nextBest).not.toBe(id);
  }
  for (const [id, a] of shapes.entries()) expect((wins[id] ?? 0) / 20_000).toBeCloseTo(a / 20, 1.7);
});

test("tells people what was drawn", () => {
  const { id, reason, draws } = thompson(
    [
      { id: 3, a: 1, b: 1e9 },
      { id: 7, a: 14.25, b: 9 },
    ],
    randomStream("reason"),
  );
  expect(id).toBe(7);
  expect(reason).toMatch(/^drew \.\d\d from Beta\(14\.3, 9\), next best 3 at \.00$/);
  expect(draws).toMatchObject({ a: 14.25, b: 9, nextBest: 3 });
  expect(() => thompson([], randomStream(1))).toThrow("expected at least one arm");
});
