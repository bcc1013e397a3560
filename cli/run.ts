import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { type Archive, openArchive } from "../archive/archive.ts";
import type { CampaignEnd } from "../evolver/campaign.ts";
import { campaignStatus } from "../evolver/status.ts";
import type { ModelCall } from "../models/contract.ts";
import { createGateway } from "../models/gateway.ts";
import { beginOrContinue, planRun } from "./begin-or-continue.ts";
import { holdDirectory } from "./campaign-directory.ts";
import { EnvironmentError, EXIT } from "./exit.ts";
import { getReady } from "./get-ready.ts";
import { endpointsOf } from "./models.ts";
import { positiveNumber, wholeNumber } from "./numbers.ts";
import { printJson } from "./print.ts";
import { withCampaign } from "./read-campaign.ts";
import { runSession } from "./session.ts";
import type { Flags } from "./settings.ts";
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
  const say = (line: string) => void (options.quiet || process.stderr.write(`${line}\n`));
  const stop = stopSignals((line) => process.stderr.write(`\n${line}\n`));
  let held: ReturnType<typeof holdDirectory> | undefined;
  let archive: Archive | undefined;
  let abandoned = false;
  try {
    // Whatever is decided here is decided by one process alone.
    held = holdDirectory(directory);
    if (existsSync(join(directory, "archive.db"))) archive = openArchive(directory, "write");
    const plan = await planRun(directory, options, archive);
    const endpoints = endpointsOf(plan.config);
    const early: ModelCall[] = [];
    let book = (call: ModelCall): void => {
      early.push(call);
    };
    const gateway = createGateway({ endpoints, onCall: (call) => book(call) });
    const ready = await getReady(plan, gateway, directory, stop.drain, say);
    if (ready === undefined) {
      abandoned = true;
      process.stderr.write(
        `Interrupted while getting ready. "evolver run -C ${options.campaign}" starts again.\n`,
      );
      return;
    }
    archive ??= openArchive(directory, "write");
    const simulated = Object.values(gateway.describe()).some((role) => role.simulated);
    await beginOrContinue(archive, plan, simulated);
    const { modelCalls } = archive;
    book = (call) => modelCalls.add(call);
    for (const call of early) book(call);
    const quiet = options.quiet === true;
    const end = await runSession({ ...plan, ...ready, archive, gateway, stop, writer: held, quiet });
    const status = campaignStatus(archive, plan.config, undefined, new Date());
    if (options.json) printJson(status);
    else printStatus(status);
    conclude(end, options.campaign);
  } finally {
    archive?.close();
    held?.release();
    stop.release();
    // What can't be called back would keep the process alive.
    if (abandoned) process.exit(EXIT.interrupted);
  }
}

function conclude({ end, reason }: CampaignEnd, campaign: string): void {
  if (end === "environment")
    throw new EnvironmentError(`Stopped: ${reason}. Run the same command again when it is mended.`);
  if (end === "interrupted") {
    process.stderr.write(`Interrupted. "evolver run -C ${campaign}" goes on.\n`);
    process.exitCode = EXIT.interrupted;
  }
}
