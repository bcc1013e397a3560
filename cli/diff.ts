import { Command } from "commander";
import { agentDiff } from "./agent-code.ts";
import { UsageError } from "./exit.ts";
import { paintDiff } from "./paint-diff.ts";
import { printJson } from "./print.ts";
import { findAgent, type OpenedCampaign, readCampaign, withCampaign } from "./read-campaign.ts";

type Options = { readonly campaign: string; readonly stat?: true; readonly json?: true };

/** `evolver diff`: what an agent changed. */
export function diffCommand(): Command {
  return withCampaign(new Command("diff"))
    .argument("<agent>", "its number")
    .argument("[other]", "compare with this agent (default: its parent)")
    .description("what an agent's code changes, against its parent or another agent")
    .option("--stat", "only the files and how many lines")
    .option("--json", "print JSON (docs/json.md)")
    .addHelpText(
      "after",
      `
The patch leads from the other agent to the first one. Into a file or a pipe it goes byte for byte, fit for "git apply";
on a terminal what would steer the terminal is spelled out.

Examples:
  evolver diff 3 -C campaigns/first               what agent 3 changed in its parent
  evolver diff 3 0 -C campaigns/first --stat      all that changed since the root
  evolver diff 3 -C campaigns/first > agent3.patch`,
    )
    .action((name: string, other: string | undefined, options: Options) =>
      readCampaign(options, (opened) => diff(opened, name, other, options)),
    );
}

async function diff(
  opened: OpenedCampaign,
  name: string,
  other: string | undefined,
  { stat, json }: Options,
): Promise<void> {
  const { archive } = opened;
  const to = findAgent(archive, name);
  if (other === undefined && to.parent === undefined) {
    throw new UsageError(`Agent ${to.id} is the root and has no parent: name the agent to compare it with.`);
  }
  const from = findAgent(archive, other ?? String(to.parent));
  const patch = await agentDiff(opened, from, to, { stat: stat === true });
  if (json) {
    printJson({ from: from.id, to: to.id, diff: patch });
    return;
  }
  if (patch === "") process.stderr.write(`The code of agents ${from.id} and ${to.id} is the same.\n`);
  process.stdout.write(process.stdout.isTTY ? paintDiff(patch) : patch);
}
