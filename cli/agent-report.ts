import type { AgentRecord, EvaluationRecord, ExpansionRecord } from "../archive/records.ts";
import { type RankedAgent, rankAgents } from "../evolver/best.ts";
import { lineageOf } from "../evolver/status.ts";
import { agentDiff } from "./agent-code.ts";
import { type Proposal, readProposal } from "./proposal.ts";
import type { OpenedCampaign } from "./read-campaign.ts";
import { type TreeNode, treeNodes } from "./tree-nodes.ts";

/** Everything the archive says about one agent; `evolver show --json` prints it as it is. */
export type AgentReport = Omit<TreeNode, "best" | "rejected"> &
  Pick<RankedAgent, "quantile" | "mean" | "interval"> & {
    /** Place in the ranking, from 1; undefined before an evaluation has counted. */
    readonly rank: number | undefined;
    /** From the root to the parent. */
    readonly ancestors: readonly number[];
    /** The run that made it, `x7`; undefined for the root. */
    readonly madeBy: string | undefined;
    readonly proposal: Proposal | undefined;
    /** The change against the parent, as `git diff --stat` sums it up; undefined for the root. */
    readonly diffstat: string | undefined;
    readonly evaluations: readonly EvaluationRecord[];
    /** Expansions of this agent. */
    readonly expansions: readonly (Omit<ExpansionRecord, "proposal"> & {
      readonly proposal: Proposal | undefined;
    })[];
    /** Decisions of the search that chose this agent. */
    readonly decisions: readonly {
      readonly number: number;
      readonly at: string;
      readonly kind: "evaluate" | "expand";
      readonly task: string | undefined;
      readonly reason: string;
    }[];
    readonly cladeUsage: CladeUsage;
  };

/** What was used for an agent and all its descendants: their evaluations and their expansions. */
type CladeUsage = {
  readonly agents: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Undefined while one of the costs is not known. */
  readonly costUsd: number | undefined;
  /** Of agents and graders at work, summed over runs. */
  readonly seconds: number;
};

/** Gathers the report on one agent. Throws `ArchiveError` when its code can't be read. */
export async function agentReport(opened: OpenedCampaign, agent: AgentRecord): Promise<AgentReport> {
  const { archive, config } = opened;
  const nodes = treeNodes(archive, config);
  const node = nodes[agent.id];
  const ranking = rankAgents(lineageOf(archive), config.search.epsilon);
  const place = ranking.findIndex((ranked) => ranked.agent === agent.id);
  const ranked = ranking[place];
  if (node === undefined || ranked === undefined) throw new Error(`agent ${agent.id} is not in the lineage`);
  const expansions = archive.expansions.all();
  const made = expansions.find(({ child }) => child === agent.id);
  const parent = agent.parent === undefined ? undefined : archive.agents.get(agent.parent);
  const { best: _best, rejected: _rejected, ...described } = node;
  return {
    ...described,
    rank: ranked.counted > 0 ? place + 1 : undefined,
    quantile: ranked.quantile,
    mean: ranked.mean,
    interval: ranked.interval,
    ancestors: ancestors(nodes, node),
    madeBy: made?.run,
    proposal: readProposal(made?.proposal),
    diffstat: parent && (await agentDiff(opened, parent, agent, { stat: true })),
    evaluations: archive.evaluations.ofAgent(agent.id),
    expansions: expansions
      .filter((expansion) => expansion.parent === agent.id)
      .map((expansion) => ({ ...expansion, proposal: readProposal(expansion.proposal) })),
    decisions: archive.decisions
      .all()
      .filter((decision) => decision.agent === agent.id)
      .map(({ number, at, kind, task, reason }) => ({ number, at, kind, task, reason })),
    cladeUsage: cladeUsage(clade(nodes, agent.id), archive.evaluations.all(), expansions),
  };
}

function ancestors(nodes: readonly TreeNode[], node: TreeNode): readonly number[] {
  const path: number[] = [];
  for (let { parent } = node; parent !== undefined; parent = nodes[parent]?.parent) path.unshift(parent);
  return path;
}

/** Parents come before their children, so one pass finds all. */
function clade(nodes: readonly TreeNode[], agent: number): ReadonlySet<number> {
  const members = new Set([agent]);
  for (const { id, parent } of nodes) if (parent !== undefined && members.has(parent)) members.add(id);
  return members;
}

function cladeUsage(
  members: ReadonlySet<number>,
  evaluations: readonly EvaluationRecord[],
  expansions: readonly ExpansionRecord[],
): CladeUsage {
  const runs = [
    ...evaluations
      .filter(({ agent }) => members.has(agent))
      .map((run) => ({ ...run, seconds: (run.agentSeconds ?? 0) + (run.graderSeconds ?? 0) })),
    ...expansions
      .filter(({ parent }) => members.has(parent))
      .map((run) => ({ ...run, seconds: run.seconds ?? 0 })),
  ];
  const sum = (of: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + of(run), 0);
  return {
    agents: members.size,
    promptTokens: sum(({ promptTokens }) => promptTokens),
    completionTokens: sum(({ completionTokens }) => completionTokens),
    costUsd: runs.some(({ costUsd }) => costUsd === undefined)
      ? undefined
      : sum(({ costUsd = 0 }) => costUsd),
    seconds: sum(({ seconds }) => seconds),
  };
}
