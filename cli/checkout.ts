import { resolve } from "node:path";
import { Command } from "commander";
import type { AgentFiles } from "../archive/agent-store.ts";
import { readAgent } from "../evolver/agent.ts";
import { agentFiles } from "./agent-code.ts";
import { plural } from "./format.ts";
import { printJson, printLines } from "./print.ts";
import { printable } from "./printable.ts";
import { findAgent, type OpenedCampaign, readCampaign, withCampaign } from "./read-campaign.ts";
import { writeFiles } from "./write-files.ts";

type Options = { readonly campaign: string; readonly json?: true };

/** `evolver checkout`: an agent's code as files. */
export function checkoutCommand(): Command {
  return withCampaign(new Command("checkout"))
    .argument("<agent>", "its number")
    .argument("<dir>", "a new or empty directory")
    .description("write an agent's files into a new directory")
    .option("--json", "print JSON (docs/json.md)")
    .addHelpText(
      "after",
      `
The code was written by a model: look at it before you run it outside a sandbox.

Examples:
  evolver checkout 3 ./agent3 -C campaigns/first
  evolver checkout 3 ./agent3 -C campaigns/first && evolver run -C campaigns/second --agent ./agent3`,
    )
    .action((name: string, target: string, options: Options) =>
      readCampaign(options, (opened) => checkout(opened, name, target, options)),
    );
}

async function checkout(
  opened: OpenedCampaign,
  name: string,
  target: string,
  options: Options,
): Promise<void> {
  const agent = findAgent(opened.archive, name);
  const directory = resolve(target);
  const files = await agentFiles(opened, agent);
  writeFiles(directory, files);
  if (options.json) {
    printJson({ agent: agent.id, directory, files: [...files.keys()].sort() });
    return;
  }
  printLines([
    `Wrote the ${plural(files.size, "file")} of agent ${agent.id} to ${directory}.`,
    `It is started as "${commandOf(files)}" with a task and a model; docs/agent-contract.md says how.`,
    `On the suite again, in sandboxes: evolver replay ${agent.id} -C ${options.campaign}`,
    `As the root of another campaign:  evolver run -C <dir> --agent ${target}`,
  ]);
}

function commandOf(files: AgentFiles): string {
  return printable(readAgent(files).manifest.command.join(" "));
}
