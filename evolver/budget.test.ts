import { expect, test } from "vitest";
import { exhausted, unkeepable } from "./budget.ts";

const NONE = { evaluations: 10, expansions: undefined, tokens: undefined, usd: undefined, hours: undefined };
const usage = (part: Partial<Parameters<typeof exhausted>[1]>) => ({
  tokens: 0,
  usd: 0,
  hours: 0,
  endedRuns: 0,
  runningRuns: 0,
  ...part,
});

test("without limits nothing is exhausted", () => {
  expect(exhausted(NONE, usage({ tokens: 1e12, usd: 1e6, hours: 1e4, endedRuns: 5 }))).toBeUndefined();
});

test("tokens and dollars are reserved for what runs and for the next run", () => {
  const limits = { ...NONE, tokens: 1_000 };
  // A run takes 100 in the mean: 700 spent, 2 at work, 1 to come.
  expect(exhausted(limits, usage({ tokens: 700, endedRuns: 7, runningRuns: 2 }))).toBeUndefined();
  expect(exhausted(limits, usage({ tokens: 700, endedRuns: 7, runningRuns: 3 }))).toContain("1000 tokens");
  expect(exhausted({ ...NONE, usd: 1 }, usage({ usd: 0.95, endedRuns: 10 }))).toContain("$1 is spent");
  // Nothing is known before the first run has ended.
  expect(exhausted(limits, usage({ runningRuns: 9 }))).toBeUndefined();
});

test("hours are what they are", () => {
  expect(exhausted({ ...NONE, hours: 2 }, usage({ hours: 1.99 }))).toBeUndefined();
  expect(exhausted({ ...NONE, hours: 2 }, usage({ hours: 2 }))).toContain("2 hours");
});

test("a dollar budget needs prices", () => {
  expect(unkeepable({ ...NONE, usd: 1 }, ["m"])).toMatch(/price of m is not known/);
  expect(unkeepable({ ...NONE, usd: 1 }, [])).toBeUndefined();
  expect(unkeepable(NONE, ["m"])).toBeUndefined();
});
