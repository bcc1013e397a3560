import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { type Logger, pino } from "pino";
import { openAgentStore } from "../archive/agent-store.ts";
import { type Archive, openArchive } from "../archive/archive.ts";
import { lockForWriting } from "../archive/writer-lock.ts";
import { loadSuite, resolveSuite } from "../benchmarks/load-suite.ts";
import { readFiles } from "../benchmarks/read-files.ts";
import type { Suite, Task } from "../benchmarks/task.ts";
import { type Agent, readAgent } from "../evolver/agent.ts";
import {
  beginCampaign,
  checkRoot,
  newCampaignName,
  requireSameTasks,
  selectTasks,
} from "../evolver/begin.ts";
import { type CampaignEnd, runCampaign } from "../evolver/campaign.ts";
import {
  type Change,
  type Config,
  checkConfig,
  configChanges,
  formatConfig,
  parseConfig,
} from "../evolver/config.ts";
import { policyFor } from "../evolver/policies/policies.ts";
import { campaignStatus } from "../evolver/status.ts";
import type { Gateway } from "../models/contract.ts";
import { createGateway } from "../models/gateway.ts";
import type { Engine } from "../sandbox/contract.ts";
import { engineFor, type PreparedImages, prepareImages, whatIsAway } from "./engine.ts";
import { EnvironmentError, EXIT, UsageError } from "./exit.ts";
import { endpointsOf, requireModels } from "./models.ts";
import { positiveNumber, wholeNumber } from "./numbers.ts";
import { printJson } from "./print.ts";
import { showProgress } from "./progress.ts";
import { withCampaign } from "./read-campaign.ts";
import { AGENTS, bundledAgents, type Flags, readSettings } from "./settings.ts";
import { printStatus } from "./status.ts";
import { stopSignals } from "./stop-signals.ts";

type Options = Flags & { readonly campaign: string; readonly json?: true; readonly quiet?: true };

/** `evolver run`: begins a campaign or goes on with it. */
export function runCommand(): Command {
  return withCampaign(new Command("run"))
    .description("begin a campaign, or go on with it; Ctrl-C stops it, the same command continues it")
    .option("--suite <name|dir>", "benchmark suite (default: starter)")
    .option("--tasks <ids>", "only these tasks of the suite, separated by commas", (text) =>
      text.split(",").filter(Boolean),
    )
    .option("--agent <name|dir>", "the root agent (default: seed)")
    .option("--evaluations <n>", "budget of evaluations (default: 800)", wholeNumber)
    .option("--expansions <n>", "budget of expansions (default: no limit)", wholeNumber)
    .option("--workers <n>", "runs at the same time (default: 2)", positiveNumber)
    .option("--seed <n>", "seed of every random choice (default: 1)", wholeNumber)
    .option("--sandbox <engine>", "docker, bubblewrap or auto (default: auto)")
    .option("--base-url <url>", "OpenAI-compatible server for all roles (default: the simulated model)")
    .option("--model <name>", "the model's name on that server")
    .option("--api-key-env <name>", "environment variable that holds the server's key")
    .option("--quiet", "show nothing but warnings while it runs")
    .option("--json", "print the campaign's status as JSON at the end")
    .addHelpText(
      "after",
      `
Settings come from <dir>/evolver.toml where there is one ("evolver init" writes it), flags go before it. What a campaign
was begun with is frozen, but for budgets, workers and where the models are.

Examples:
  evolver run -C campaigns/first --suite starter --evaluations 60 --workers 2 --seed 7
  evolver run -C campaigns/first                          go on after Ctrl-C, a crash or a reboot
  evolver run -C campaigns/first --evaluations 120        go on with a larger budget
  evolver run -C campaigns/qwen --base-url http://127.0.0.1:8000/v1 --model qwen3-coder`,
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const directory = resolve(options.campaign);
  const config = await readSettings(directory, options);
  const suite = await loadSuite(await resolveSuite(config.tasks.suite));
  const tasks = selectTasks(suite, config.tasks.only);
  const begun = hasBegun(directory);
  const changes = begun ? changesSince(directory, config, tasks) : [];
  const root = await readRoot(config);
  const endpoints = endpointsOf(config);

  const say = (line: string) => void (options.quiet || process.stderr.write(`${line}\n`));
  const stop = stopSignals((line) => process.stderr.write(`\n${line}\n`));
  let archive: Archive | undefined;
  let lock: { release(): void } | undefined;
  try {
    const gateway = createGateway({ endpoints, onCall: (call) => archive?.modelCalls.add(call) });
    await requireModels(gateway);
    if (begun) lock = lockForWriting(directory);
    const engine = await engineFor(config.sandbox.engine, [directory, suite.directory]);
    say(`Sandboxes: ${await engine.describe()}.`);
    say(describeModels(gateway));
    const images = await prepareImages(engine, tasks, say);
    const name = begun ? undefined : newCampaignName();
    if (name !== undefined) {
      await checkRoot(root, { engine, name, config }, images.base);
      mkdirSync(directory, { recursive: true });
      lock = lockForWriting(directory);
      writeConfig(directory, config);
    }
    archive = openArchive(directory, "write");
    if (archive.campaign.get() === undefined) {
      await begin(directory, archive, {
        config,
        suite,
        tasks,
        root,
        gateway,
        name: name ?? newCampaignName(),
      });
    }
    const end = await proceed({
      directory,
      archive,
      config,
      tasks,
      engine,
      gateway,
      images,
      changes,
      stop,
      options,
    });
    const status = campaignStatus(archive, config, false, new Date());
    if (options.json) printJson(status);
    else printStatus(status);
    conclude(end, options.campaign);
  } finally {
    archive?.close();
    lock?.release();
    stop.release();
  }
}

type Session = {
  readonly directory: string;
  readonly archive: Archive;
  readonly config: Config;
  readonly tasks: readonly Task[];
  readonly engine: Engine;
  readonly gateway: Gateway;
  readonly images: PreparedImages;
  readonly changes: readonly Change[];
  readonly stop: ReturnType<typeof stopSignals>;
  readonly options: Options;
};

async function proceed(session: Session): Promise<CampaignEnd> {
  const { directory, archive, config, engine, changes } = session;
  const record = archive.campaign.get();
  if (record === undefined) throw new Error("the campaign has no row");
  for (const { setting, to } of changes) {
    archive.campaign.recordControl(new Date().toISOString(), setting, to ?? null);
  }
  if (changes.length > 0) writeConfig(directory, config);
  // What a crash left behind is gone before new work starts.
  await engine.clean(record.name);
  const log = openLog(directory);
  const progress = showProgress(() => campaignStatus(archive, config, true, new Date()), {
    quiet: session.options.quiet === true,
  });
  try {
    return await runCampaign({
      name: record.name,
      config,
      engine,
      gateway: session.gateway,
      images: session.images.tasks,
      baseImage: session.images.base,
      archive,
      store: openAgentStore(directory),
      policy: policyFor(config),
      tasks: new Map(session.tasks.map((task) => [task.id, task])),
      ready: () => whatIsAway(engine, session.gateway),
      now: () => new Date(),
      onEvent(event) {
        progress.event(event);
        log.info(event, event.kind);
      },
      drain: session.stop.drain,
      abort: session.stop.abort,
    });
  } finally {
    progress.stop();
    await engine.clean(record.name);
  }
}

type Beginning = {
  readonly config: Config;
  readonly suite: Suite;
  readonly tasks: readonly Task[];
  readonly root: Agent;
  readonly gateway: Gateway;
  readonly name: string;
};

async function begin(directory: string, archive: Archive, beginning: Beginning): Promise<void> {
  const { gateway, ...rest } = beginning;
  const simulated = Object.values(gateway.describe()).some((role) => role.simulated);
  await beginCampaign({ ...rest, archive, store: openAgentStore(directory), simulated, now: new Date() });
}

function hasBegun(directory: string): boolean {
  if (!existsSync(join(directory, "archive.db"))) return false;
  const archive = openArchive(directory, "read");
  try {
    return archive.campaign.get() !== undefined;
  } finally {
    archive.close();
  }
}

/** What differs from the settings the campaign goes by. Throws `ConfigError` for what must not. */
function changesSince(directory: string, config: Config, tasks: readonly Task[]): readonly Change[] {
  const archive = openArchive(directory, "read");
  try {
    const started = checkConfig(JSON.parse(archive.campaign.get()?.config ?? "{}"), "the archive's settings");
    requireSameTasks(archive, tasks);
    const last = setAll(started, archive.campaign.controls());
    return configChanges(last, config);
  } finally {
    archive.close();
  }
}

/** The settings after all recorded changes. */
function setAll(config: Config, controls: Readonly<Record<string, unknown>>): Config {
  const copy = structuredClone(config) as Record<string, unknown>;
  for (const [setting, value] of Object.entries(controls)) {
    const keys = setting.split(".");
    const last = keys.pop() ?? "";
    let inner = copy;
    for (const key of keys) {
      inner[key] ??= {};
      inner = inner[key] as Record<string, unknown>;
    }
    if (value === null) delete inner[last];
    else inner[last] = value;
  }
  return checkConfig(copy, "the archive's settings");
}

/** Leaves a file alone that already says the same: its comments are its owner's. */
function writeConfig(directory: string, config: Config): void {
  const file = join(directory, "evolver.toml");
  if (existsSync(file)) {
    const written = parseConfig(readFileSync(file, "utf8"), file);
    if (formatConfig(written) === formatConfig(config)) return;
    renameSync(file, `${file}.before`);
  }
  const header =
    "# All settings of this campaign, written by evolver. Budgets, workers and the models' addresses may be changed.\n\n";
  writeFileSync(`${file}.part`, header + formatConfig(config));
  renameSync(`${file}.part`, file);
}

async function readRoot(config: Config): Promise<Agent> {
  const { root } = config.agent;
  const directory = bundledAgents().includes(root) ? join(AGENTS, root) : root;
  if (!existsSync(directory)) {
    throw new UsageError(
      `There is no agent at ${directory}: expected a directory, or one of ${bundledAgents().join(", ")}.`,
    );
  }
  const limits = { maxFiles: config.limits.agent_files, maxBytes: config.limits.agent_bytes };
  return readAgent(await readFiles(directory, limits));
}

/** The campaign's own log, JSON lines that outlive the terminal; written at once, so that a crash loses none. */
function openLog(directory: string): Logger {
  return pino(
    { base: { pid: process.pid } },
    pino.destination({ dest: join(directory, "evolver.log"), sync: true }),
  );
}

function describeModels(gateway: Gateway): string {
  const roles = Object.entries(gateway.describe());
  const names = roles.map(
    ([role, { model, baseUrl }]) => `${role} ${model}${baseUrl ? ` at ${baseUrl}` : ""}`,
  );
  const simulated = roles.some(([, role]) => role.simulated);
  return `Models: ${names.join(", ")}.${simulated ? " Simulated: its numbers say nothing about real models." : ""}`;
}

function conclude({ end, reason }: CampaignEnd, campaign: string): void {
  if (end === "environment")
    throw new EnvironmentError(`Stopped: ${reason}. Run the same command again when it is mended.`);
  if (end === "interrupted") {
    process.stderr.write(`Interrupted. "evolver run -C ${campaign}" goes on.\n`);
    process.exitCode = EXIT.interrupted;
  }
}
