import { expect, test } from "vitest";
import type { EvaluationRecord } from "../archive/records.ts";
import { chooseEvidence } from "./evidence.ts";
import { randomStream } from "./random.ts";

const evaluation = (run: string, outcome: EvaluationRecord["outcome"]) =>
  ({ run, outcome, task: run }) as EvaluationRecord;
const focuses = (evaluations: EvaluationRecord[], overflowed: (run: string) => boolean) => {
  const counts: Record<string, number> = {};
  for (let seed = 0; seed < 4_000; seed += 1) {
    const { focus } = chooseEvidence(evaluations, overflowed, randomStream(seed, "evidence"));
    counts[focus] = (counts[focus] ?? 0) + 1 / 4_000;
  }
  return counts;
};

test("the rules' chances: a quarter each, in their order", () => {
  const evaluations = [
    evaluation("a", "empty-patch"),
    evaluation("b", "unsolved"),
    evaluation("c", "solved"),
  ];
  const counts = focuses(evaluations, () => true);
  expect(counts["empty-patches"]).toBeCloseTo(0.25, 1);
  expect(counts.stochasticity).toBeCloseTo(0.75 * 0.25, 1);
  expect(counts["context-length"]).toBeCloseTo(0.75 ** 2 * 0.25, 1);
  expect(counts["unsolved-task"]).toBeCloseTo(0.75 ** 3, 1);
});

test("below a tenth of empty patches they are no subject of their own", () => {
  const evaluations = [
    evaluation("a", "empty-patch"),
    ...Array.from({ length: 10 }, (_, i) => evaluation(`s${i}`, "unsolved")),
  ];
  expect(focuses(evaluations, () => false)["empty-patches"]).toBeUndefined();
});

test("an agent that solved everything, or was never tried, still gets a subject", () => {
  expect(chooseEvidence([evaluation("a", "solved")], () => false, randomStream(1))).toMatchObject({
    focus: "no-failure",
    evaluation: { run: "a" },
  });
  expect(chooseEvidence([], () => false, randomStream(1))).toEqual({
    focus: "no-failure",
    evaluation: undefined,
  });
});
