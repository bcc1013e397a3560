import { cpus } from "node:os";
import { Command } from "commander";
import PQueue from "p-queue";
import { bundledSuites, loadSuite, resolveSuite } from "../benchmarks/load-suite.ts";
import type { Suite, Task } from "../benchmarks/task.ts";
import { type Validation, validateTask } from "../benchmarks/validate.ts";
import { selectTasks } from "../evolver/begin.ts";
import { checkConfig } from "../evolver/config.ts";
import { limitsFor } from "../evolver/evaluator.ts";
import { engineFor, prepareImages } from "./engine.ts";
import { EXIT } from "./exit.ts";
import { positiveNumber } from "./numbers.ts";
import { printJson } from "./print.ts";
import { oneLine } from "./printable.ts";

type Options = {
  readonly tasks?: readonly string[];
  readonly workers: number;
  readonly sandbox: "auto" | "docker" | "bubblewrap";
  readonly json?: true;
};

/** `evolver bench`: what can be measured with, and whether it measures. */
export function benchCommand(): Command {
  const bench = new Command("bench").description("look at benchmark suites and check their tasks");
  bench
    .command("list")
    .argument("[suite]", "a bundled name or a directory; left out: every bundled suite")
    .description("list suites and their tasks")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  evolver bench list\n  evolver bench list ./my-tasks --json")
    .action(list);
  bench
    .command("validate")
    .argument("[suite]", "a bundled name or a directory", "starter")
    .description(
      "run every task untouched (must fail) and with its reference solution (must pass), in real sandboxes",
    )
    .option("--tasks <ids>", "only these tasks, separated by commas", (text) =>
      text.split(",").filter(Boolean),
    )
    .option(
      "--workers <n>",
      "tasks at the same time",
      positiveNumber,
      Math.max(1, Math.min(4, cpus().length)),
    )
    .option("--sandbox <engine>", "docker, bubblewrap or auto", "auto")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  evolver bench validate starter\n  evolver bench validate ./my-tasks --json",
    )
    .action(validate);
  return bench;
}

async function list(name: string | undefined, options: { readonly json?: true }): Promise<void> {
  const names = name === undefined ? await bundledSuites() : [name];
  const suites: Suite[] = [];
  for (const each of names) suites.push(await loadSuite(await resolveSuite(each)));
  if (options.json) {
    const described = suites.map(({ tasks, ...suite }) => ({ ...suite, tasks: tasks.map(describeTask) }));
    printJson(described);
    return;
  }
  for (const suite of suites) {
    process.stdout.write(`${suite.name}: ${suite.tasks.length} tasks in ${suite.directory}\n`);
    const width = Math.max(...suite.tasks.map(({ id }) => id.length));
    for (const { id, difficulty, language } of suite.tasks) {
      process.stdout.write(`  ${id.padEnd(width)}  ${(difficulty ?? "-").padEnd(6)}  ${language ?? "-"}\n`);
    }
  }
}

async function validate(name: string, options: Options): Promise<void> {
  const suite = await loadSuite(await resolveSuite(name));
  const tasks = selectTasks(suite, options.tasks ?? []);
  const config = checkConfig({}, "defaults");
  const { engine: engineName } = checkConfig({ sandbox: { engine: options.sandbox } }, "--sandbox").sandbox;
  const engine = await engineFor(engineName, [suite.directory]);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const images = await prepareImages(engine, tasks, say);
  const queue = new PQueue({ concurrency: options.workers });
  const labels = { campaign: `validate-${process.pid}`, run: "validate" };
  const check = async (task: Task): Promise<Validation> => {
    const image = images.tasks.get(task.id) ?? images.base;
    const result = await validateTask(task, {
      engine,
      image,
      limits: limitsFor(task, config),
      labels,
      signal: undefined,
    });
    say(
      `${result.ok ? "✓" : "✗"} ${task.id}${result.detail === undefined ? "" : `: ${oneLine(result.detail)}`}`,
    );
    return result;
  };
  try {
    const results = await Promise.all(tasks.map((task) => queue.add(() => check(task))));
    const ok = results.every((result) => result.ok);
    if (options.json) {
      printJson({ ok, suite: suite.name, engine: engine.name, tasks: results });
    } else {
      const good = results.filter((result) => result.ok).length;
      process.stdout.write(`${good} of ${results.length} tasks of ${suite.name} are sound.\n`);
    }
    if (!ok) process.exitCode = EXIT.failed;
  } finally {
    await engine.clean(labels.campaign);
  }
}

function describeTask({ id, difficulty, language, agentTimeoutMs, digest }: Task) {
  return {
    id,
    difficulty: difficulty ?? null,
    language: language ?? null,
    agentTimeoutSeconds: agentTimeoutMs / 1000,
    digest,
  };
}
