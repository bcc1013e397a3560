import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineage } from "../lineage.ts";
import { pick, type RandomStream, randomStream } from "../random.ts";
import type { Choice, Policy, Snapshot } from "../search.ts";
import { HGM_DEFAULTS, hgm } from "./hgm.ts";

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

describe("hgm, in whole campaigns and against slow and obvious code", () => {
  test("decides as an obvious recount does, and is right about every end", () => {
    fc.assert(
      fc.property(world, (given) => {
        play(given, hgm(HGM_DEFAULTS), (choice, log, snapshot) => {
          expect(choice.kind).toBe(expectedKind(log, snapshot));
          checkLegal(choice, log, snapshot);
        });
      }),
      { numRuns: 150 },
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
      { numRuns: 80 },
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
      const rounds = 1_500;
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
  if (broken) {
    lineage.endExpansion(work.agent, "interrupted");
    return;
  }
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
