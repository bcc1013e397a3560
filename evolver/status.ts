import type { Archive } from "../archive/archive.ts";
import { COUNTED_OUTCOMES, type EvaluationOutcome, type ExpansionOutcome } from "../archive/records.ts";
import type { SessionRecord } from "../archive/sessions-table.ts";
import type { Writer } from "../archive/writer-lock.ts";
import { type RankedAgent, rankAgents } from "./best.ts";
import type { BudgetLimits, Spent } from "./budget.ts";
import { type Config, modelFor } from "./config.ts";
import { restoreLineage } from "./restore.ts";
import type { Candidate } from "./search.ts";

/** Everything a campaign's archive says about where it stands. */
export type Status = {
  /** `running`, `finished` (nothing left to do) or `stopped` (the same `run` goes on). */
  readonly state: "running" | "finished" | "stopped";
  /** Why it is in that state. */
  readonly reason: string;
  readonly campaign: string;
  readonly seed: number;
  readonly suite: string;
  readonly tasks: number;
  readonly agents: number;
  readonly maxDepth: number;
  readonly budget: {
    readonly [K in keyof Spent]: { readonly limit: number | null; readonly used: number | null };
  };
  readonly evaluations: Readonly<Record<EvaluationOutcome | "running", number>>;
  readonly expansions: Readonly<Record<ExpansionOutcome | "running", number>>;
  /** Counted evaluations and the solved ones among them. */
  readonly counted: number;
  readonly solved: number;
  readonly best: RankedAgent | undefined;
  readonly tokens: {
    readonly prompt: number;
    readonly completion: number;
    readonly total: number;
    readonly estimatedCalls: number;
  };
  readonly modelCalls: number;
  readonly modelSeconds: number;
  /** null while a model's price is not known. */
  readonly costUsd: number | null;
  /** Time somebody ran it, wall clock. */
  readonly hours: number;
  readonly model: { readonly simulated: boolean; readonly roles: Readonly<Record<string, string>> };
};

/** Reads a campaign's state. `writer` is the process that works on it now. */
export function campaignStatus(
  archive: Archive,
  config: Config,
  writer: Writer | undefined,
  now: Date,
): Status {
  const campaign = archive.campaign.get();
  if (campaign === undefined) throw new Error("the archive holds no campaign");
  const sessions = archive.sessions.all();
  const evaluations = archive.evaluations.all();
  const expansions = archive.expansions.all();
  const agents = archive.agents.all();
  const totals = archive.modelCalls.totals();
  const hours = hoursSpent(sessions, isWriters(sessions.at(-1), writer) ? now : undefined);
  const byOutcome = tally(
    [...COUNTED_OUTCOMES, "infrastructure-error", "interrupted", "running"] as const,
    evaluations.map(({ outcome }) => outcome ?? "running"),
  );
  const expansionsByOutcome = tally(
    ["admitted", "rejected", "infrastructure-error", "interrupted", "running"] as const,
    expansions.map(({ outcome }) => outcome ?? "running"),
  );
  const counted = COUNTED_OUTCOMES.reduce((sum, outcome) => sum + byOutcome[outcome], 0);
  const spent: Spent = {
    evaluations: counted,
    expansions: expansionsByOutcome.admitted + expansionsByOutcome.rejected,
    tokens: totals.promptTokens + totals.completionTokens,
    usd: totals.costUsd,
    hours,
  };
  const limits: BudgetLimits = budgetOf(config);
  const [best] = rankAgents(lineageOf(archive), config.search.epsilon);
  const reason = writer
    ? "a process works on it"
    : (campaign.finished ?? sessions.at(-1)?.endReason ?? "it was cut off");
  const roles = ["solver", "modifier", "diagnoser"] as const;
  return {
    state: writer ? "running" : campaign.finished === undefined ? "stopped" : "finished",
    reason,
    campaign: campaign.name,
    seed: campaign.seed,
    suite: campaign.suite,
    tasks: archive.tasks.all().length,
    agents: agents.length,
    maxDepth: Math.max(0, ...agents.map(({ depth }) => depth)),
    budget: {
      evaluations: { limit: limits.evaluations, used: spent.evaluations },
      expansions: { limit: limits.expansions ?? null, used: spent.expansions },
      tokens: { limit: limits.tokens ?? null, used: spent.tokens },
      usd: { limit: limits.usd ?? null, used: spent.usd ?? null },
      hours: { limit: limits.hours ?? null, used: hours },
    },
    evaluations: byOutcome,
    expansions: expansionsByOutcome,
    counted,
    solved: byOutcome.solved,
    best: best !== undefined && best.counted > 0 ? best : undefined,
    tokens: {
      prompt: totals.promptTokens,
      completion: totals.completionTokens,
      total: totals.promptTokens + totals.completionTokens,
      estimatedCalls: totals.estimatedCalls,
    },
    modelCalls: totals.calls,
    modelSeconds: totals.modelSeconds,
    costUsd: totals.costUsd ?? null,
    hours,
    model: {
      simulated: campaign.simulated,
      roles: Object.fromEntries(roles.map((role) => [role, modelName(config, role)])),
    },
  };
}

/** The agents with their counts as the archive has them. */
export function lineageOf(archive: Archive): readonly Candidate[] {
  return restoreLineage(archive).snapshot({ budget: 0, workers: 1, mayExpand: false }).agents;
}

/** The limits of a configuration. */
export function budgetOf({ budget }: Config): BudgetLimits {
  return {
    evaluations: budget.evaluations,
    expansions: budget.expansions,
    tokens: budget.tokens,
    usd: budget.usd,
    hours: budget.hours,
  };
}

/** Hours of all sessions; the open one counts until `now`, or until its last sign of life when it was cut off. */
export function hoursSpent(sessions: readonly SessionRecord[], now: Date | undefined): number {
  const milliseconds = sessions.map((session, index) => {
    const isOpen = session.endedAt === undefined && now !== undefined && index === sessions.length - 1;
    const end = isOpen ? now.getTime() : Date.parse(session.endedAt ?? session.seenAt);
    return end - Date.parse(session.startedAt);
  });
  return milliseconds.reduce((sum, each) => sum + each, 0) / 3_600_000;
}

/** A process that has just the lock gets ready; the last session may be one that crashed long ago. */
function isWriters(session: SessionRecord | undefined, writer: Writer | undefined): boolean {
  return writer?.since !== undefined && session !== undefined && session.startedAt >= writer.since;
}

function modelName(config: Config, role: "solver" | "modifier" | "diagnoser"): string {
  const { model, skill } = modelFor(config, role);
  return model ?? `simulated-${skill}`;
}

function tally<K extends string>(keys: readonly K[], values: readonly K[]): Record<K, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  for (const value of values) counts[value] += 1;
  return counts;
}
