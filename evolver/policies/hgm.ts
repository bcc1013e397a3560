import { pick, type RandomStream } from "../random.ts";
import type { Candidate, Choice, Policy, Snapshot } from "../search.ts";
import { thompson } from "./thompson.ts";

export type HgmParameters = {
  /** Widening: the tree may have (evaluations)^alpha agents besides the root. From 0 to 1. */
  readonly alpha: number;
  /** How fast cooling sharpens the draws. At least 0. */
  readonly beta: number;
  /** False keeps the draws as wide at the end as at the start. */
  readonly cooling: boolean;
  /** The root's first expansions: at most this many, at most (workers)^alpha. */
  readonly initialExpansions: number;
};

/** The paper's values. */
export const HGM_DEFAULTS: HgmParameters = { alpha: 0.6, beta: 1, cooling: true, initialExpansions: 5 };

/** With nothing left to evaluate, the search gives up after this many rejections in a row. */
const HOPELESS = 20;

/**
 * The search rule of the Huxley-Gödel Machine (arXiv 2510.21614): a gate (UCB-Air) decides between expanding and
 * evaluating, Thompson sampling on clade counts picks the agent to expand, Thompson sampling on own counts the agent to
 * evaluate. docs/search.md says what differs from the paper and why. Throws `RangeError` for a snapshot without agents.
 */
export function hgm(parameters: HgmParameters): Policy {
  return (snapshot, random) => {
    const root = snapshot.agents[0];
    if (!root) throw new RangeError("hgm: the snapshot has no agents, add the root first");
    if (remaining(snapshot) <= 0) return waitOrStop(snapshot, "the evaluation budget is spent");
    return start(snapshot, root, parameters, random) ?? search(snapshot, parameters, random);
  };
}

/** The root's first evaluations, then its first expansions; undefined once both are under way. */
function start(
  snapshot: Snapshot,
  root: Candidate,
  { alpha, initialExpansions }: HgmParameters,
  random: (purpose: string) => RandomStream,
): Choice | undefined {
  const first = Math.min(snapshot.taskCount, Math.max(1, Math.floor(snapshot.budget / 3)));
  const begun = root.own.counted + root.evaluating;
  if (begun < first) {
    const task = pick(root.openTasks, random("task"));
    return evaluate(root.id, task, `first evaluation ${begun + 1} of ${first} of the root`, {});
  }
  if (root.own.counted < first) {
    return { kind: "wait", reason: "the root's first evaluations come before everything else" };
  }
  const wanted = Math.min(initialExpansions, Math.max(1, Math.floor(snapshot.workers ** alpha)));
  const expanded = root.children + root.rejected + root.expanding;
  if (expanded < wanted && mayExpand(snapshot)) {
    return expand(root.id, `first expansion ${expanded + 1} of ${wanted} of the root`, {});
  }
  return undefined;
}

function search(
  snapshot: Snapshot,
  parameters: HgmParameters,
  random: (purpose: string) => RandomStream,
): Choice {
  const { agents, rejectedInARow } = snapshot;
  const open = agents.filter((agent) => agent.openTasks.length > 0);
  const allTried = open.length === 0;
  const hopeless = allTried && rejectedInARow >= HOPELESS;
  const tau = temperature(snapshot, parameters);

  if ((allTried || gateOpen(snapshot, parameters.alpha)) && mayExpand(snapshot) && !hopeless) {
    const arms = agents
      .filter(({ own }) => own.counted > 0)
      .map(({ id, clade, rejected }) => ({
        id,
        a: tau * (1 + clade.solved),
        b: tau * (1 + clade.counted - clade.solved + rejected),
      }));
    const { id, reason, draws } = thompson(arms, random("expand"));
    return expand(id, reason, { ...draws, tau });
  }
  if (!allTried) {
    const arms = open.map(({ id, own }) => ({
      id,
      a: tau * (1 + own.solved),
      b: tau * (1 + own.counted - own.solved),
    }));
    const { id, reason, draws } = thompson(arms, random("evaluate"));
    const tasks = open.find((agent) => agent.id === id)?.openTasks ?? [];
    return evaluate(id, pick(tasks, random("task")), reason, { ...draws, tau });
  }
  if (hopeless) {
    return waitOrStop(
      snapshot,
      `the last ${rejectedInARow} self-modifications were rejected and every agent has tried every task`,
    );
  }
  return waitOrStop(snapshot, "every agent has tried every task and no further expansion may start");
}

/** UCB-Air: N^alpha >= |T|. */
function gateOpen(
  { agents, counted, evaluating, expanding, rejectedInARow }: Snapshot,
  alpha: number,
): boolean {
  // What is in flight counts on both sides. A streak of rejections counts too: each makes the next expansion wait for
  // more evaluations, so that expansions which fail can't run away; an admission ends the wait.
  const size = agents.length - 1 + expanding + rejectedInARow;
  // The margin makes whole powers exact: 32^0.6 is 8, not 7.999....
  return (counted + evaluating) ** alpha + 1e-9 >= size;
}

/** One evaluation must be left for the child, and for each child on its way. Agents need a counted one to be expanded. */
function mayExpand(snapshot: Snapshot): boolean {
  return snapshot.mayExpand && snapshot.expanding < remaining(snapshot) && snapshot.counted > 0;
}

/** tau = (B / b)^beta: from 1 at the start up, so that the draws narrow as the budget goes. */
function temperature(snapshot: Snapshot, { beta, cooling }: HgmParameters): number {
  return cooling ? (snapshot.budget / Math.max(1, remaining(snapshot))) ** beta : 1;
}

function remaining({ budget, counted, evaluating }: Snapshot): number {
  return budget - counted - evaluating;
}

function waitOrStop({ evaluating, expanding }: Snapshot, reason: string): Choice {
  return { kind: evaluating + expanding > 0 ? "wait" : "stop", reason };
}

type Evaluate = Extract<Choice, { kind: "evaluate" }>;

function evaluate(agent: number, task: string, reason: string, draws: Evaluate["draws"]): Evaluate {
  return { kind: "evaluate", agent, task, reason: `evaluate ${agent} on ${task}: ${reason}`, draws };
}

function expand(agent: number, reason: string, draws: Evaluate["draws"]): Choice {
  return { kind: "expand", agent, reason: `expand ${agent}: ${reason}`, draws };
}
