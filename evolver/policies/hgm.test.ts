import { describe, expect, test } from "vitest";
import { createLineage } from "../lineage.ts";
import { randomStream } from "../random.ts";
import type { Choice, Snapshot } from "../search.ts";
import { HGM_DEFAULTS, type HgmParameters, hgm } from "./hgm.ts";

describe("hgm", () => {
  test("one open task of the chosen agent is drawn uniformly", () => {
    const lineage = createLineage(["a", "b", "c", "d"]);
    lineage.add(0, undefined);
    lineage.startEvaluation(0, "b");
    const snapshot = lineage.snapshot({ budget: 100, workers: 2, mayExpand: true });
    const drawn = new Map<string, number>();
    for (let round = 0; round < 3_000; round++) {
      const choice = hgm(HGM_DEFAULTS)(snapshot, (purpose) => randomStream(round, purpose));
      if (choice.kind !== "evaluate") throw new Error(choice.reason);
      drawn.set(choice.task, (drawn.get(choice.task) ?? 0) + 1);
    }
    expect([...drawn.keys()].sort()).toEqual(["a", "c", "d"]);
    for (const times of drawn.values()) expect(Math.abs(times - 1_000)).toBeLessThan(110);
  });

  test("cooling sharpens the draws as the budget goes", () => {
    const shapes = (parameters: Partial<HgmParameters>, counted: number) => {
      const choice = ask(
        { budget: 1_000, counted, openTasks: ["t"], mayExpand: false },
        { ...HGM_DEFAULTS, ...parameters },
      );
      return choice.kind === "evaluate" ? [choice.draws.a, choice.draws.b, choice.draws.tau] : choice;
    };
    expect(shapes({}, 500)).toEqual([22, 42, 2]);
    expect(shapes({ beta: 2 }, 500)).toEqual([44, 84, 4]);
    expect(shapes({ cooling: false }, 500)).toEqual([11, 21, 1]);
    expect(shapes({}, 999)).toEqual([11_000, 21_000, 1_000]);
  });

  describe("the start", () => {
    test("never gives the root more than a third of the budget, but one at least", () => {
      for (const [budget, first] of [
        [1, 1],
        [5, 1],
        [30, 10],
        [3_000, 12],
      ] as const) {
        const wanted = Array.from({ length: 20 }, (_, counted) =>
          ask({ budget, counted, taskCount: 12, children: 0 }),
        );
        expect(
          wanted.filter((choice) => choice.kind !== "stop" && choice.reason.includes("first evaluation")),
        ).toHaveLength(first);
      }
    });

    test("waits with everything else until the root's first evaluations have ended", () => {
      const waiting = ask({ counted: 10, evaluating: 2, taskCount: 12, children: 0, workers: 100 });
      expect(waiting).toEqual({
        kind: "wait",
        reason: "the root's first evaluations come before everything else",
      });
    });

    test.each([
      [1, 1],
      [2, 1],
      [4, 2],
      [8, 3],
      [100, 5],
    ])("%d workers make %d first expansions", (workers, expected) => {
      const reasons = Array.from({ length: 9 }, (_, children) => ask({ workers, children }).reason);
      expect(reasons.filter((reason) => reason.includes("first expansion"))).toHaveLength(expected);
    });
  });

  describe("the gate", () => {
    test("is exact at whole powers", () => {
      // 32^0.6 = 8, 243^0.6 = 27, 1024^0.6 = 64.
      for (const [counted, size] of [
        [32, 8],
        [243, 27],
        [1_024, 64],
      ] as const) {
        expect(ask({ counted, agents: size + 1 }).kind).toBe("expand");
        expect(ask({ counted, agents: size + 2 }).kind).toBe("evaluate");
        expect(ask({ counted, agents: size + 1, expanding: 1 }).kind).toBe("evaluate");
        expect(ask({ counted: counted - 1, agents: size + 1, evaluating: 1 }).kind).toBe("expand");
      }
    });

    test("each rejection in a row makes the next expansion wait for more evaluations", () => {
      expect(ask({ counted: 32, agents: 5, rejectedInARow: 4 }).kind).toBe("expand");
      expect(ask({ counted: 32, agents: 5, rejectedInARow: 5 }).kind).toBe("evaluate");
    });

    test("open, but without leave to expand: evaluates", () => {
      expect(ask({ counted: 1_000, mayExpand: false }).kind).toBe("evaluate");
    });

    test("starts no expansion whose child could not be evaluated any more", () => {
      expect(ask({ budget: 1_002, counted: 1_000, expanding: 1 }).kind).toBe("expand");
      expect(ask({ budget: 1_002, counted: 1_000, expanding: 2 }).kind).toBe("evaluate");
    });
  });

  test("with nothing solved anywhere the search goes on, and rejections count against the parent", () => {
    const choice = ask({ counted: 20, solved: 0, rejected: 7, agents: 1, budget: 20_000_000 });
    expect(choice).toMatchObject({ kind: "expand", agent: 0 });
    expect(choice.kind === "expand" && choice.draws.b).toBeCloseTo(28, 3);
  });

  describe("ends", () => {
    const tried = { openTasks: [], counted: 40, agents: 41 } as const;

    test("the budget is spent", () => {
      expect(ask({ budget: 40, counted: 40 })).toEqual({
        kind: "stop",
        reason: "the evaluation budget is spent",
      });
      expect(ask({ budget: 40, counted: 39, evaluating: 1 })).toMatchObject({ kind: "wait" });
      expect(ask({ budget: 40, counted: 40, expanding: 1 })).toMatchObject({ kind: "wait" });
      expect(ask({ budget: 0, counted: 0 })).toMatchObject({ kind: "stop" });
    });

    test("every pair tried: expands whatever the gate says, or ends where it may not", () => {
      expect(ask(tried)).toMatchObject({ kind: "expand" });
      expect(ask({ ...tried, mayExpand: false, expanding: 1 })).toMatchObject({ kind: "wait" });
      expect(ask({ ...tried, mayExpand: false })).toEqual({
        kind: "stop",
        reason: "every agent has tried every task and no further expansion may start",
      });
    });

    test("twenty rejections in a row with every pair tried", () => {
      expect(ask({ ...tried, rejectedInARow: 19 })).toMatchObject({ kind: "expand" });
      expect(ask({ ...tried, rejectedInARow: 20, expanding: 1 })).toMatchObject({ kind: "wait" });
      expect(ask({ ...tried, rejectedInARow: 20 })).toEqual({
        kind: "stop",
        reason: "the last 20 self-modifications were rejected and every agent has tried every task",
      });
    });

    test("a suite without tasks", () => {
      expect(ask({ taskCount: 0, counted: 0, openTasks: [], children: 0 })).toMatchObject({ kind: "stop" });
    });

    test("a snapshot without a root is a fault of the caller", () => {
      const empty = createLineage(["a"]).snapshot({ budget: 1, workers: 1, mayExpand: true });
      expect(() => hgm(HGM_DEFAULTS)(empty, randomStream)).toThrow("add the root first");
    });
  });
});

/** Asks about a state made by hand: a root that has begun well and agents that were never evaluated. */
function ask(
  given: Partial<{
    budget: number;
    counted: number;
    solved: number;
    evaluating: number;
    expanding: number;
    agents: number;
    children: number;
    rejected: number;
    rejectedInARow: number;
    openTasks: readonly string[];
    taskCount: number;
    workers: number;
    mayExpand: boolean;
  }>,
  parameters: HgmParameters = HGM_DEFAULTS,
): Choice {
  const { counted = 30, evaluating = 0, expanding = 0, agents = 1, taskCount = 1, openTasks } = given;
  // Own counts never pass the suite's size; what the root didn't do its clade did.
  const own = { solved: Math.min(given.solved ?? 10, counted), counted: Math.min(30, counted) };
  const { solved = 10, rejected = 0, children = 5 } = given;
  const root = {
    ...createdRoot(openTasks ?? Array.from({ length: taskCount }, (_, index) => `t${index}`)),
    own: solved === 0 ? { ...own, solved: 0 } : own,
    clade: { solved: Math.min(solved, counted), counted },
    children,
    rejected,
    evaluating,
    expanding,
  };
  const others = Array.from({ length: agents - 1 }, (_, index) => ({
    ...createdRoot([]),
    id: index + 1,
    parent: 0,
  }));
  const snapshot: Snapshot = {
    agents: [root, ...others],
    taskCount,
    budget: given.budget ?? 1_000_000,
    counted,
    evaluating,
    expanding,
    rejectedInARow: given.rejectedInARow ?? 0,
    workers: given.workers ?? 1,
    mayExpand: given.mayExpand ?? true,
  };
  return hgm(parameters)(snapshot, (purpose) => randomStream("ask", purpose));
}

function createdRoot(openTasks: readonly string[]) {
  const lineage = createLineage(openTasks);
  lineage.add(0, undefined);
  const [root] = lineage.snapshot({ budget: 1, workers: 1, mayExpand: true }).agents;
  if (!root) throw new Error("the lineage lost its root");
  return root;
}
