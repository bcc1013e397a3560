import { cpus } from "node:os";
import { Command } from "commander";
import PQueue from "p-queue";
import { loadSuite, resolveSuite } from "../benchmarks/load-suite.ts";
import { readAgent } from "../evolver/agent.ts";
import { selectTasks } from "../evolver/begin.ts";
import { type Bench, type BookedEvaluation, evaluateOn } from "../evolver/evaluator.ts";
import { credibleInterval } from "../evolver/statistics.ts";
import { createGateway } from "../models/gateway.ts";
import { engineFor, prepareImages } from "./engine.ts";
import { EnvironmentError, EXIT } from "./exit.ts";
import { percent } from "./format.ts";
import { endpointsOf, requireModels } from "./models.ts";
import { positiveNumber } from "./numbers.ts";
import { printJson } from "./print.ts";
import { oneLine } from "./printable.ts";
import { findAgent, type OpenedCampaign, readCampaign, withCampaign } from "./read-campaign.ts";
import { stopSignals } from "./stop-signals.ts";

type Options = {
  readonly campaign: string;
  readonly suite?: string;
  readonly tasks?: readonly string[];
  readonly workers: number;
  readonly sandbox?: "auto" | "docker" | "bubblewrap";
  readonly json?: true;
};

type Result = {
  readonly task: string;
  readonly outcome: string;
  readonly reward: number | null;
  readonly detail: string;
  readonly seconds: number | null;
  readonly tokens: number;
  readonly costUsd: number | null;
};

/** `evolver replay`: one agent on a suite again, without touching the archive. */
export function replayCommand(): Command {
  return withCampaign(new Command("replay"))
    .argument("<agent>", "its number")
    .description("run one agent of a campaign on a suite again; the archive is not changed")
    .option("--suite <name|dir>", "another suite (default: the campaign's)")
    .option("--tasks <ids>", "only these tasks, separated by commas", (text) =>
      text.split(",").filter(Boolean),
    )
    .option("--workers <n>", "runs at the same time", positiveNumber, Math.max(1, Math.min(4, cpus().length)))
    .option("--sandbox <engine>", "docker, bubblewrap or auto (default: the campaign's)")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Examples:
  evolver replay 3 -C campaigns/first
  evolver replay 3 -C campaigns/first --suite ./my-tasks --workers 4 --json
  evolver replay 0 -C campaigns/first --tasks py-interval-merge`,
    )
    .action((name: string, options: Options) =>
      readCampaign(options, (opened) => replay(opened, name, options)),
    );
}

async function replay(opened: OpenedCampaign, name: string, options: Options): Promise<void> {
  const { archive, store, config } = opened;
  const record = findAgent(archive, name);
  const agent = readAgent(await store.files(record.commit));
  const suite = await loadSuite(await resolveSuite(options.suite ?? config.tasks.suite));
  const tasks = selectTasks(suite, options.tasks ?? (options.suite === undefined ? config.tasks.only : []));
  const gateway = createGateway({ endpoints: endpointsOf(config), onCall: () => undefined });
  await requireModels(gateway, "replay");
  const engine = await engineFor(options.sandbox ?? config.sandbox.engine, [
    opened.directory,
    suite.directory,
  ]);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const images = await prepareImages(engine, tasks, say);
  const bench: Bench = {
    name: `replay-${archive.campaign.get()?.name}-${process.pid}`,
    config,
    engine,
    gateway,
    images: images.tasks,
  };
  const stop = stopSignals(say);
  const queue = new PQueue({ concurrency: options.workers });
  const results: Result[] = [];
  try {
    await Promise.all(
      tasks.map((task, index) =>
        queue.add(async () => {
          if (stop.drain.aborted) return;
          const request = {
            run: `replay-${index}`,
            agent,
            tree: record.tree,
            task,
            repetition: 0,
            earlierErrors: 0,
            signal: stop.abort,
          };
          const result = toResult(task.id, await evaluateOn(bench, request));
          results.push(result);
          say(
            `${result.outcome === "solved" ? "✓" : "✗"} ${result.task}: ${result.outcome} (${oneLine(result.detail)})`,
          );
        }),
      ),
    );
  } finally {
    stop.release();
    await engine.clean(bench.name);
  }
  results.sort((a, b) => (a.task < b.task ? -1 : 1));
  report(record.id, suite.name, results, gateway.describe().solver.simulated, options);
  if (stop.drain.aborted) process.exitCode = EXIT.interrupted;
  else requireGraded(results);
}

function toResult(task: string, result: BookedEvaluation): Result {
  return {
    task,
    outcome: result.outcome,
    reward: result.reward ?? null,
    detail: result.detail,
    seconds: result.agent?.seconds ?? null,
    tokens: result.usage.promptTokens + result.usage.completionTokens,
    costUsd: result.usage.costUsd ?? null,
  };
}

function report(
  agent: number,
  suite: string,
  results: readonly Result[],
  simulated: boolean,
  options: Options,
): void {
  const graded = results.filter(isGraded);
  const solved = results.filter(({ outcome }) => outcome === "solved").length;
  const interval = credibleInterval({ solved, counted: graded.length });
  const tokens = results.reduce((sum, result) => sum + result.tokens, 0);
  if (options.json) {
    const summary = { agent, suite, simulated, results, solved, total: graded.length, interval, tokens };
    printJson(summary);
    return;
  }
  const [low, high] = interval;
  process.stdout.write(
    `Agent ${agent} solved ${solved} of ${graded.length} on ${suite} (95 % interval ${percent(low)} to ${percent(high)}), ` +
      `${tokens} tokens.\n${simulated ? "Simulated model: the numbers say nothing about real models.\n" : ""}`,
  );
}

/** A run that was never graded is no result of the agent. */
function isGraded({ outcome }: Result): boolean {
  return outcome !== "infrastructure-error" && outcome !== "interrupted";
}

function requireGraded(results: readonly Result[]): void {
  const broken = results.filter((result) => !isGraded(result));
  if (broken.length === 0) return;
  const [first] = broken;
  throw new EnvironmentError(
    `${broken.length} runs could not be made, such as ${first?.task}: ${first?.detail}`,
  );
}
