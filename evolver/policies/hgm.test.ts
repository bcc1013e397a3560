import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineage } from "../lineage.ts";
import { pick, type RandomStream, randomStream } from "../random.ts";
import type { Choice, Policy, Snapshot } from "../search.ts";
import { HGM_DEFAULTS, type HgmParameters, hgm } from "./hgm.ts";

/** What happened, in the plainest form; everything the oracles below know comes from here. */
type Log = {
  readonly tasks: readonly string[];
  readonly parents: (number | undefined)[];
  readonly evaluations: { agent: number; task: string; solved: boolean | undefined }[];
  /** In the order of their ends; running ones last. */
  readonly expansions: { agent: number; state: "running" | "admitted" | "rejected" }[];
};

type World = {
  readonly tasks: number;
  readonly budget: number;
  readonly workers: number;
  readonly expansions: number;
  readonly seed: number;
  /** Chances of an evaluation to be solved, of work to fail for the infrastructure, of a child to be admitted. */
  readonly solves: number;
  readonly breaks: number;
  readonly admits: number;
  /** Chance of a step that the policy didn't choose. */
  readonly strays: number;
};

const chance = fc.constantFrom(0, 0.1, 0.3, 0.5, 0.9, 1);
const world: fc.Arbitrary<World> = fc.record({
  tasks: fc.integer({ min: 0, max: 12 }),
  budget: fc.integer({ min: 0, max: 90 }),
  workers: fc.constantFrom(1, 2, 5, 100),
  expansions: fc.constantFrom(0, 1, 3, 1_000),
  seed: fc.nat(),
  solves: chance,
  breaks: fc.constantFrom(0, 0.2),
  admits: chance,
  strays: fc.constantFrom(0, 0.3),
});

describe("hgm", () => {
  test("decides as an obvious recount does, and is right about every end", () => {
    fc.assert(
      fc.property(world, (given) => {
        play(given, hgm(HGM_DEFAULTS), (choice, log, snapshot) => {
          expect(choice.kind === "expand" || choice.kind === "evaluate" ? choice.kind : choice.kind).toBe(
            expectedKind(log, snapshot),
          );
          checkLegal(choice, log, snapshot);
        });
      }),
      { numRuns: 400 },
    );
  });

  test("spends the budget exactly where children can be had", () => {
    fc.assert(
      fc.property(world, (given) => {
        const able = {
          ...given,
          tasks: given.tasks + 1,
          expansions: 1_000,
          admits: 0.5 + given.admits / 2,
          strays: 0,
        };
        const { log, end } = play(able, hgm(HGM_DEFAULTS));
        expect(end).toBe("the evaluation budget is spent");
        expect(log.evaluations).toHaveLength(able.budget);
        const pairs = new Set(log.evaluations.map(({ agent, task }) => `${agent} ${task}`));
        expect(pairs.size).toBe(able.budget);
      }),
      { numRuns: 200 },
    );
  });

  test("is a pure function of the snapshot and the streams", () => {
    const given = { ...ORDINARY, seed: 5 };
    const choices = (policy: Policy) => {
      const all: Choice[] = [];
      play(given, policy, (choice) => all.push(choice));
      return all;
    };
    expect(choices(hgm(HGM_DEFAULTS))).toEqual(choices(hgm({ ...HGM_DEFAULTS })));
    expect(choices(hgm(HGM_DEFAULTS))).not.toEqual(choices(hgm({ ...HGM_DEFAULTS, cooling: false })));
  });

  // Cooling over half the budget with beta 1: whole shapes, which the oracle needs.
  test.each([
    ["expand", 1],
    ["expand", 2],
    ["evaluate", 1],
    ["evaluate", 2],
  ] as const)("%s: agents are drawn as often as by order statistics of uniforms, tau = %d", (kind, tau) => {
    for (const seed of [1, 2, 3, 4]) {
      const { log, snapshot } = play(
        { ...ORDINARY, seed, strays: 0.5, solves: 0.4, budget: 60 },
        hgm(HGM_DEFAULTS),
      );
      const used = snapshot.counted + snapshot.evaluating;
      const asked = {
        ...snapshot,
        // Far above or below the gate, so that it is this kind that is asked for.
        rejectedInARow: kind === "expand" ? -1_000 : 1_000,
        budget: used * 2,
        mayExpand: true,
      };
      const policy = hgm({ ...HGM_DEFAULTS, beta: tau - 1, initialExpansions: 0 });
      const rounds = 3_000;
      const observed = new Map<number, number>();
      const expected = new Map<number, number>();
      const uniform = randomStream("oracle", seed);
      for (let round = 0; round < rounds; round++) {
        const choice = policy(asked, (purpose) => randomStream(seed, round, purpose));
        if (choice.kind !== kind) throw new Error(`expected ${kind}, got ${choice.kind}: ${choice.reason}`);
        add(observed, choice.agent);
        add(expected, slowChoice(kind, log, tau, uniform));
      }
      expect(snapshot.agents.length).toBeGreaterThan(4);
      expect(twoSampleZ(observed, expected)).toBeLessThan(4);
    }
  });

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
      const choice = ask({ budget: 1_000, counted, openTasks: ["t"] }, { ...HGM_DEFAULTS, ...parameters });
      return choice.kind === "evaluate" ? [choice.draws.a, choice.draws.b, choice.draws.tau] : choice;
    };
    expect(shapes({}, 500)).toEqual([22, 42, 2]);
    expect(shapes({ beta: 2 }, 500)).toEqual([44, 84, 4]);
    expect(shapes({ cooling: false }, 500)).toEqual([11, 21, 1]);
    expect(shapes({}, 999)).toEqual([11_000, 21_000, 1_000]);
  });

  describe("the start", () => {
    test("evaluates the root on every task, then expands it, then lets the gate decide", () => {
      const kinds: string[] = [];
      play({ ...ORDINARY, tasks: 8, budget: 60, workers: 1, admits: 1 }, hgm(HGM_DEFAULTS), (choice) => {
        kinds.push(
          choice.kind === "evaluate" || choice.kind === "expand" ? `${choice.kind} ${choice.agent}` : "",
        );
      });
      // 8 evaluations allow 3.48 agents: the gate opens for 0, 1, 2 and 3.
      expect(kinds.slice(0, 12)).toEqual([...Array(8).fill("evaluate 0"), ...Array(4).fill("expand 0")]);
      expect(kinds[12]).toMatch(/^evaluate/);
    });

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

const ORDINARY: World = {
  tasks: 6,
  budget: 60,
  workers: 3,
  expansions: 1_000,
  seed: 1,
  solves: 0.5,
  breaks: 0.05,
  admits: 0.7,
  strays: 0,
};

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

/** A whole campaign in which work takes a random time and ends at random. */
function play(
  given: World,
  policy: Policy,
  onChoice: (choice: Choice, log: Log, snapshot: Snapshot) => void = () => {},
): { log: Log; snapshot: Snapshot; end: string } {
  const tasks = Array.from({ length: given.tasks }, (_, index) => `t${index}`);
  const lineage = createLineage(tasks);
  const log: Log = { tasks, parents: [undefined], evaluations: [], expansions: [] };
  lineage.add(0, undefined);
  const nature = randomStream("nature", given.seed);
  for (let step = 0; step < 20_000; step++) {
    const running = [
      ...log.evaluations.filter(({ solved }) => solved === undefined),
      ...log.expansions.filter(({ state }) => state === "running"),
    ];
    const mayExpand = log.expansions.length < given.expansions;
    const snapshot = lineage.snapshot({ budget: given.budget, workers: given.workers, mayExpand });
    const choice =
      running.length < given.workers
        ? policy(snapshot, (purpose) => randomStream(given.seed, step, purpose))
        : undefined;
    if (choice) onChoice(choice, log, snapshot);
    if (choice?.kind === "stop") return { log, snapshot, end: choice.reason };
    const stray = nature() < given.strays ? strayChoice(snapshot, nature) : undefined;
    const next = choice && choice.kind !== "wait" ? (stray ?? choice) : undefined;
    if (next?.kind === "evaluate") {
      lineage.startEvaluation(next.agent, next.task);
      log.evaluations.push({ agent: next.agent, task: next.task, solved: undefined });
    } else if (next?.kind === "expand") {
      lineage.startExpansion(next.agent);
      log.expansions.push({ agent: next.agent, state: "running" });
    }
    if (running.length > 0 && (!next || nature() < 0.5))
      finish(pick(running, nature), log, lineage, given, nature);
  }
  throw new Error("the campaign does not end");
}

function finish(
  work: Log["evaluations"][number] | Log["expansions"][number],
  log: Log,
  lineage: ReturnType<typeof createLineage>,
  { solves, breaks, admits }: World,
  nature: RandomStream,
): void {
  const broken = nature() < breaks;
  if ("task" in work) {
    if (broken) log.evaluations.splice(log.evaluations.indexOf(work), 1);
    else work.solved = nature() < solves;
    const outcome = broken ? "infrastructure-error" : work.solved ? "solved" : "crashed";
    lineage.endEvaluation(work.agent, work.task, outcome);
    return;
  }
  log.expansions.splice(log.expansions.indexOf(work), 1);
  if (broken) return lineage.endExpansion(work.agent, "interrupted");
  work.state = nature() < admits ? "admitted" : "rejected";
  const ended = log.expansions.filter(({ state }) => state !== "running").length;
  log.expansions.splice(ended, 0, work);
  if (work.state === "admitted") lineage.add(log.parents.push(work.agent) - 1, work.agent);
  lineage.endExpansion(work.agent, work.state);
}

/** Some legal step of which the policy knows nothing: trees it would not grow itself. */
function strayChoice(snapshot: Snapshot, nature: RandomStream) {
  const agent = pick(snapshot.agents, nature);
  const left = snapshot.budget - snapshot.counted - snapshot.evaluating;
  if (agent.openTasks.length > 0 && left > 0 && nature() < 0.7) {
    return { kind: "evaluate", agent: agent.id, task: pick(agent.openTasks, nature) } as const;
  }
  return snapshot.mayExpand ? ({ kind: "expand", agent: agent.id } as const) : undefined;
}

/** docs/search.md, read slowly; alpha is 3/5, so that N^alpha >= |T| is N^3 >= |T|^5 in whole numbers. */
function expectedKind(log: Log, { budget, workers, mayExpand }: Snapshot): Choice["kind"] {
  const evaluations = log.evaluations.length;
  const expanding = log.expansions.filter(({ state }) => state === "running").length;
  const running = log.evaluations.filter(({ solved }) => solved === undefined).length + expanding;
  const idle = running > 0 ? "wait" : "stop";
  if (evaluations >= budget) return idle;

  const ofRoot = log.evaluations.filter(({ agent }) => agent === 0);
  const first = Math.min(log.tasks.length, Math.max(1, Math.floor(budget / 3)));
  if (ofRoot.length < first) return "evaluate";
  if (ofRoot.filter(({ solved }) => solved !== undefined).length < first) return "wait";

  const anyCounted = log.evaluations.some(({ solved }) => solved !== undefined);
  const expandable = mayExpand && anyCounted && expanding < budget - evaluations;
  // The fifth root of workers^3: 1 below 4 workers, 2 below 7, 3 below 11, 4 below 15.
  const firstExpansions = [15, 11, 7, 4].findIndex((least) => workers >= least);
  const wanted = firstExpansions === -1 ? 1 : 5 - firstExpansions;
  if (expandable && log.expansions.filter(({ agent }) => agent === 0).length < wanted) return "expand";

  const allTried = evaluations === log.tasks.length * log.parents.length;
  const ended = log.expansions.filter(({ state }) => state !== "running");
  const streak = ended.length - 1 - ended.findLastIndex(({ state }) => state === "admitted");
  if (allTried && streak >= 20) return idle;
  const size = log.parents.length - 1 + expanding + streak;
  const open = BigInt(evaluations) ** 3n >= BigInt(size) ** 5n;
  if (expandable && (open || allTried)) return "expand";
  return allTried ? idle : "evaluate";
}

function checkLegal(choice: Choice, log: Log, { budget, mayExpand }: Snapshot): void {
  if (choice.kind === "evaluate") {
    expect(log.evaluations.length).toBeLessThan(budget);
    expect(log.tasks).toContain(choice.task);
    expect(log.evaluations.some(({ agent, task }) => agent === choice.agent && task === choice.task)).toBe(
      false,
    );
    expect(choice.agent).toBeLessThan(log.parents.length);
  } else if (choice.kind === "expand") {
    expect(mayExpand).toBe(true);
    expect(log.evaluations.some(({ agent, solved }) => agent === choice.agent && solved !== undefined)).toBe(
      true,
    );
  }
}

/** Thompson sampling from the definition: Beta(a, b) is the a-th smallest of a + b - 1 uniform draws. */
function slowChoice(kind: "expand" | "evaluate", log: Log, tau: number, uniform: RandomStream): number {
  let best = -1;
  let highest = -1;
  for (const id of log.parents.keys()) {
    const own = log.evaluations.filter(({ agent }) => agent === id);
    const belongs = (agent: number | undefined): boolean =>
      agent === id || (agent !== undefined && belongs(log.parents[agent]));
    const seen = kind === "evaluate" ? own : log.evaluations.filter(({ agent }) => belongs(agent));
    const may =
      kind === "evaluate" ? own.length < log.tasks.length : own.some(({ solved }) => solved !== undefined);
    if (!may) continue;
    const rejected = log.expansions.filter(({ agent, state }) => agent === id && state === "rejected").length;
    const a = tau * (1 + seen.filter(({ solved }) => solved === true).length);
    const failures =
      seen.filter(({ solved }) => solved === false).length + (kind === "expand" ? rejected : 0);
    const b = tau * (1 + failures);
    const draws = Array.from({ length: a + b - 1 }, uniform).sort((one, other) => one - other);
    const draw = draws[a - 1] ?? 0;
    if (draw > highest) [best, highest] = [id, draw];
  }
  return best;
}

function add(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Chi-square of two equally large samples over the same agents, as a standard normal score (Wilson-Hilferty). */
function twoSampleZ(one: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>): number {
  let statistic = 0;
  let cells = 0;
  let rest = [0, 0] as [number, number];
  const compare = (first: number, second: number) => {
    if (first + second === 0) return;
    statistic += (first - second) ** 2 / (first + second);
    cells++;
  };
  for (const id of new Set([...one.keys(), ...other.keys()])) {
    const [first, second] = [one.get(id) ?? 0, other.get(id) ?? 0];
    if (first + second < 20) rest = [rest[0] + first, rest[1] + second];
    else compare(first, second);
  }
  compare(...rest);
  const freedom = Math.max(1, cells - 1);
  return (Math.cbrt(statistic / freedom) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
}
