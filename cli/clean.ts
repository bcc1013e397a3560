import { Command } from "commander";
import { createBubblewrapEngine } from "../sandbox/bubblewrap/engine.ts";
import type { CleanReport, Engine } from "../sandbox/contract.ts";
import { createDockerEngine } from "../sandbox/docker/engine.ts";
import { printJson } from "./print.ts";

/** `evolver clean`: removes what evolver left on the engines. */
export function cleanCommand(): Command {
  return new Command("clean")
    .description("remove all of evolver's containers, volumes, images and scratch files; campaigns stay")
    .option(
      "--name <campaign>",
      "only what one campaign left, by its name as in `status`; cached images stay",
    )
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `
Runs that are at work now lose their sandboxes, so do this while nothing runs.

Examples:
  evolver clean
  evolver clean --name c1a2b3c4`,
    )
    .action(clean);
}

async function clean(options: { readonly name?: string; readonly json?: true }): Promise<void> {
  const engines = [createDockerEngine(), createBubblewrapEngine()];
  const reports = await Promise.all(engines.map((engine) => cleanEngine(engine, options.name)));
  if (options.json) {
    printJson(reports);
    return;
  }
  for (const report of reports) {
    const text = "absent" in report ? `not there (${report.absent})` : counts(report);
    process.stdout.write(`${report.engine}: ${text}\n`);
  }
}

async function cleanEngine(engine: Engine, campaign: string | undefined) {
  try {
    await engine.describe();
  } catch (error) {
    return { engine: engine.name, absent: (error as Error).message };
  }
  return { engine: engine.name, ...(await engine.clean(campaign)) };
}

function counts({ containers, volumes, images }: CleanReport): string {
  return `removed ${containers} sandboxes, ${volumes} volumes, ${images} images`;
}
