/** The rows of a campaign's archive as the rest of the program sees them. Times are ISO 8601 in UTC. */

/** An evaluation's end. The first six count (`solved` is the only success); the last two never do and are tried again. */
export const COUNTED_OUTCOMES = [
  "solved",
  "unsolved",
  "empty-patch",
  "timed-out",
  "crashed",
  "over-budget",
] as const;
export type CountedOutcome = (typeof COUNTED_OUTCOMES)[number];
export type EvaluationOutcome = CountedOutcome | "infrastructure-error" | "interrupted";

/** Why a child was not admitted. */
export type RejectionReason =
  | "no-diagnosis"
  | "no-change"
  | "does-not-apply"
  | "too-large"
  | "bad-manifest"
  | "check-failed"
  | "contract-run-failed"
  | "duplicate";
export type ExpansionOutcome = "admitted" | "rejected" | "infrastructure-error" | "interrupted";

export type AgentRecord = {
  /** 0 is the root; children count up in the order of admission. */
  readonly id: number;
  readonly parent: number | undefined;
  readonly depth: number;
  /** Commit in `agents.git`, under `refs/agents/<id>`. */
  readonly commit: string;
  readonly tree: string;
  readonly name: string;
  /** One line on what the child changed. */
  readonly summary: string;
  readonly createdAt: string;
};

export type EvaluationRecord = {
  /** Run id, `e1`, `e2`, ...; the directory below `runs/`. */
  readonly run: string;
  readonly agent: number;
  readonly task: string;
  readonly attempt: number;
  readonly decision: number;
  readonly startedAt: string;
  /** Undefined while it runs. */
  readonly endedAt: string | undefined;
  readonly outcome: EvaluationOutcome | undefined;
  readonly reward: number | undefined;
  /** One line for people: exit code, what the grader said, what failed. */
  readonly detail: string | undefined;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costUsd: number | undefined;
  readonly agentSeconds: number | undefined;
  readonly graderSeconds: number | undefined;
};

export type ExpansionRecord = {
  /** Run id, `x1`, `x2`, ... */
  readonly run: string;
  readonly parent: number;
  readonly child: number | undefined;
  readonly decision: number;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly outcome: ExpansionOutcome | undefined;
  readonly reason: RejectionReason | undefined;
  readonly detail: string | undefined;
  /** The proposal the parent followed. */
  readonly proposal: string | undefined;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costUsd: number | undefined;
  readonly seconds: number | undefined;
};

/** One choice of the search, with what it was chosen from; recomputable from the archive. */
export type DecisionRecord = {
  readonly number: number;
  readonly at: string;
  readonly kind: "evaluate" | "expand";
  readonly agent: number;
  /** For `evaluate`. */
  readonly task: string | undefined;
  /** One sentence for people. */
  readonly reason: string;
  /** JSON: the state it was chosen from and the draws. */
  readonly detail: string;
};
