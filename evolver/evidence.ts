import type { EvaluationRecord } from "../archive/records.ts";
import { pick, type RandomStream } from "./random.ts";

/** What the next self-modification should be about, and the run that shows it. */
export type Evidence = {
  readonly focus: "unsolved-task" | "empty-patches" | "stochasticity" | "context-length" | "no-failure";
  /** Undefined only for an agent that was never evaluated. */
  readonly evaluation: EvaluationRecord | undefined;
};

const EMPTY_SHARE = 0.1;
const CHANCE = 0.25;

/**
 * Chooses the evidence for a self-modification, by the rules of the Darwin Gödel Machine: when a tenth of the patches
 * are empty, empty patches with chance .25; else handling stochasticity with chance .25; else, when transcripts show
 * context overflow, that with chance .25; else one unsolved task, each with the same chance.
 *
 * @param evaluations the parent's counted evaluations
 * @param overflowed true for runs whose transcript shows context overflow
 */
export function chooseEvidence(
  evaluations: readonly EvaluationRecord[],
  overflowed: (run: string) => boolean,
  random: RandomStream,
): Evidence {
  const failed = evaluations.filter(({ outcome }) => outcome !== "solved");
  if (failed.length === 0) {
    return {
      focus: "no-failure",
      evaluation: evaluations.length > 0 ? pick(evaluations, random) : undefined,
    };
  }
  const empty = failed.filter(({ outcome }) => outcome === "empty-patch");
  if (empty.length >= EMPTY_SHARE * evaluations.length && empty.length > 0 && random() < CHANCE) {
    return { focus: "empty-patches", evaluation: pick(empty, random) };
  }
  if (random() < CHANCE) return { focus: "stochasticity", evaluation: pick(failed, random) };
  const long = failed.filter(({ run }) => overflowed(run));
  if (long.length > 0 && random() < CHANCE)
    return { focus: "context-length", evaluation: pick(long, random) };
  return { focus: "unsolved-task", evaluation: pick(failed, random) };
}
