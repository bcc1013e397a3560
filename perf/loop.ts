import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { loadSuite, resolveSuite } from "../benchmarks/load-suite.ts";
import { readFiles } from "../benchmarks/read-files.ts";
import { readAgent } from "../evolver/agent.ts";
import { checkConfig } from "../evolver/config.ts";
import { evaluateOn } from "../evolver/evaluator.ts";
import { createGateway } from "../models/gateway.ts";
import { createDockerEngine } from "../sandbox/docker/engine.ts";
import { type Check, check } from "./check.ts";

const run = promisify(execFile);

/** An evaluation starts two containers, the agent's and the grader's; the rest is the agent's and the tests' own work. */
const CONTAINERS = 2;
const LIMIT = 5;

/**
 * The demo's evaluations (the seed on every starter task, simulated model, Docker, one after another) against bare
 * `docker run --rm` of the same image doing `true`, taken turn by turn in the same run.
 */
export async function measure(progress: (line: string) => void): Promise<readonly Check[]> {
  const engine = createDockerEngine();
  progress(await engine.describe());
  const image = await engine.prepareImage({ kind: "base" }, progress);
  const suite = await loadSuite(await resolveSuite("starter"));
  const simulated = { kind: "simulated", skill: 0.5 } as const;
  const bench = {
    name: `perf-${process.pid}`,
    config: checkConfig({}, "defaults"),
    engine,
    gateway: createGateway({
      endpoints: { solver: simulated, modifier: simulated, diagnoser: simulated },
      onCall: () => undefined,
    }),
    images: new Map(suite.tasks.map(({ id }) => [id, image])),
  };
  const agent = readAgent(await readFiles("agents/seed"));
  const evaluations: number[] = [];
  const bare: number[] = [];
  const signal = new AbortController().signal;
  try {
    for (const [index, task] of [suite.tasks[0] ?? never(), ...suite.tasks].entries()) {
      const request = {
        run: `perf-${index}`,
        agent,
        tree: "seed",
        task,
        repetition: 0,
        earlierErrors: 0,
        signal,
      };
      const evaluation = await seconds(() => evaluateOn(bench, request));
      const container = await seconds(() =>
        run("docker", ["run", "--rm", "--network=none", image.reference, "true"]),
      );
      // The first of each fills caches.
      if (index === 0) continue;
      evaluations.push(evaluation);
      bare.push(container);
      progress(`${task.id}: ${evaluation.toFixed(2)} s, docker run ${container.toFixed(2)} s`);
    }
  } finally {
    await engine.clean(bench.name);
  }
  const against = `${CONTAINERS} bare docker runs of ${image.reference}`;
  const ratio = median(evaluations) / (CONTAINERS * median(bare));
  return [
    check({
      name: "evaluation",
      value: median(evaluations),
      unit: "s",
      limit: null,
      against: "the clock, median",
    }),
    check({
      name: "bare docker run",
      value: median(bare),
      unit: "s",
      limit: null,
      against: "the clock, median",
    }),
    check({ name: "evaluation over bare docker runs", value: ratio, unit: "x", limit: LIMIT, against }),
  ];
}

async function seconds(body: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await body();
  return (performance.now() - startedAt) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function never(): never {
  throw new Error("the starter suite is empty");
}
