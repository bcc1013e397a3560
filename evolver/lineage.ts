import { COUNTED_OUTCOMES, type EvaluationOutcome, type ExpansionOutcome } from "../archive/records.ts";
import type { Candidate, Counts, Snapshot } from "./search.ts";

/** What a snapshot says of the campaign besides its agents and tasks. */
type Terms = Pick<Snapshot, "budget" | "workers" | "mayExpand">;

/** The tree of agents with its counts, kept up to date event by event. */
export type Lineage = {
  /** Adds the root (id 0, no parent) or the child with the next id. */
  add(agent: number, parent: number | undefined): void;
  startEvaluation(agent: number, task: string): void;
  /** Counts the outcome for the agent and all its ancestors; one that does not count opens the task again. */
  endEvaluation(agent: number, task: string, outcome: EvaluationOutcome): void;
  startExpansion(agent: number): void;
  /** Call `add` for the child first where it was admitted. */
  endExpansion(agent: number, outcome: ExpansionOutcome): void;
  /** The state as immutable data: later events never change it. Costs a copied list, not a copied tree. */
  snapshot(terms: Terms): Snapshot;
};

/**
 * An empty lineage over these tasks. Every event costs time by the depth of its agent, never by the size of the tree: an
 * agent's entry is replaced when it changes, all others are shared with earlier snapshots. Events that contradict the
 * state (an unknown agent, a task evaluated twice, an end without a start) throw `LineageError` and change nothing.
 */
export function createLineage(tasks: readonly string[]): Lineage {
  const known = new Set(tasks);
  const agents: Candidate[] = [];
  const running: Set<string>[] = [];
  let evaluating = 0;
  let expanding = 0;
  let rejectedInARow = 0;

  const at = (agent: number): Candidate => {
    const entry = agents[agent];
    if (!entry)
      throw new LineageError(`agent ${agent}: expected one of the ${agents.length} agents added so far`);
    return entry;
  };
  const change = (agent: number, part: Partial<Candidate>) => {
    agents[agent] = { ...at(agent), ...part };
  };

  return {
    add(agent, parent) {
      if (agent !== agents.length) {
        throw new LineageError(
          `agent ${agent}: expected ${agents.length}, ids count up in the order of admission`,
        );
      }
      if ((agent === 0) !== (parent === undefined)) {
        throw new LineageError(`agent ${agent}: expected the root alone to have no parent, got ${parent}`);
      }
      const depth = parent === undefined ? 0 : at(parent).depth + 1;
      if (parent !== undefined) change(parent, { children: at(parent).children + 1 });
      agents.push(unevaluated(agent, parent, depth, tasks));
      running.push(new Set());
    },

    startEvaluation(agent, task) {
      const entry = at(agent);
      const openTasks = entry.openTasks.filter((open) => open !== task);
      if (openTasks.length === entry.openTasks.length) {
        const why = known.has(task) ? "is counted or in flight already" : "is not in the suite";
        throw new LineageError(`agent ${agent}, task ${task}: expected an open task, but it ${why}`);
      }
      change(agent, { openTasks, evaluating: entry.evaluating + 1 });
      running[agent]?.add(task);
      evaluating++;
    },

    endEvaluation(agent, task, outcome) {
      const entry = at(agent);
      if (!running[agent]?.delete(task)) {
        throw new LineageError(
          `agent ${agent}, task ${task}: expected an evaluation in flight, got its end alone`,
        );
      }
      evaluating--;
      change(agent, { evaluating: entry.evaluating - 1 });
      if (!(COUNTED_OUTCOMES as readonly string[]).includes(outcome)) {
        const open = new Set([...entry.openTasks, task]);
        change(agent, { openTasks: tasks.filter((each) => open.has(each)) });
        return;
      }
      const solved = outcome === "solved";
      change(agent, { own: plus(entry.own, solved) });
      for (let id: number | undefined = agent; id !== undefined; id = at(id).parent) {
        change(id, { clade: plus(at(id).clade, solved) });
      }
    },

    startExpansion(agent) {
      change(agent, { expanding: at(agent).expanding + 1 });
      expanding++;
    },

    endExpansion(agent, outcome) {
      const entry = at(agent);
      if (entry.expanding === 0) {
        throw new LineageError(`agent ${agent}: expected an expansion in flight, got its end alone`);
      }
      expanding--;
      change(agent, { expanding: entry.expanding - 1 });
      if (outcome === "admitted") {
        rejectedInARow = 0;
        change(agent, { rejectedInARow: 0 });
      } else if (outcome === "rejected") {
        rejectedInARow++;
        change(agent, { rejected: entry.rejected + 1, rejectedInARow: entry.rejectedInARow + 1 });
      }
    },

    snapshot(terms) {
      const counted = agents[0]?.clade.counted ?? 0;
      const { length: taskCount } = tasks;
      return { ...terms, agents: agents.slice(), taskCount, counted, evaluating, expanding, rejectedInARow };
    },
  };
}

/** An event that contradicts the lineage: a bug of the caller or a damaged archive. */
export class LineageError extends Error {
  override readonly name = "LineageError";
  readonly code = "contradiction";
}

function unevaluated(
  id: number,
  parent: number | undefined,
  depth: number,
  openTasks: readonly string[],
): Candidate {
  const none: Counts = { solved: 0, counted: 0 };
  return {
    id,
    parent,
    depth,
    own: none,
    clade: none,
    children: 0,
    rejected: 0,
    rejectedInARow: 0,
    evaluating: 0,
    expanding: 0,
    openTasks,
  };
}

function plus(counts: Counts, solved: boolean): Counts {
  return { solved: counts.solved + (solved ? 1 : 0), counted: counts.counted + 1 };
}
