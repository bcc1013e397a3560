import type { RandomStream } from "./random.ts";

/** Solved and counted evaluations; `counted - solved` are failures. */
export type Counts = { readonly solved: number; readonly counted: number };

/** One agent as a policy sees it. */
export type Candidate = {
  readonly id: number;
  readonly parent: number | undefined;
  readonly depth: number;
  readonly own: Counts;
  /** Own counts plus those of all descendants. */
  readonly clade: Counts;
  readonly children: number;
  /** Finished expansions of this agent that admitted no child. */
  readonly rejected: number;
  /** Rejections since this agent's last admitted child. */
  readonly rejectedInARow: number;
  /** Evaluations and expansions in flight. */
  readonly evaluating: number;
  readonly expanding: number;
  /** Tasks neither counted nor in flight, in the suite's order. */
  readonly openTasks: readonly string[];
};

/** Everything a policy may look at. It is a pure function of this and a random stream. */
export type Snapshot = {
  /** Sorted by id; the root is first. */
  readonly agents: readonly Candidate[];
  readonly taskCount: number;
  /** Evaluation budget, evaluations counted, and in flight. */
  readonly budget: number;
  readonly counted: number;
  readonly evaluating: number;
  readonly expanding: number;
  /** Expansions that ended without a child since the last admission, all parents together. */
  readonly rejectedInARow: number;
  readonly workers: number;
  /** False once the budget for expansions is spent. */
  readonly mayExpand: boolean;
};

export type Choice =
  | {
      readonly kind: "evaluate";
      readonly agent: number;
      readonly task: string;
      readonly reason: string;
      readonly draws: Draws;
    }
  | { readonly kind: "expand"; readonly agent: number; readonly reason: string; readonly draws: Draws }
  /** Nothing can start now, but work in flight may change that. */
  | { readonly kind: "wait"; readonly reason: string }
  /** Nothing can ever start again. */
  | { readonly kind: "stop"; readonly reason: string };

/** What was drawn, for the record: the chosen draw, its Beta, the runner-up. */
export type Draws = Readonly<Record<string, number | string>>;

export type Policy = (snapshot: Snapshot, random: (purpose: string) => RandomStream) => Choice;
