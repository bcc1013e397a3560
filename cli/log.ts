import { Command } from "commander";
import { positiveNumber } from "./numbers.ts";
import { printJson, printLines } from "./print.ts";
import { type OpenedCampaign, readCampaign, withCampaign } from "./read-campaign.ts";
import { allRuns, runReport } from "./run-report.ts";
import { runHeader, type Section, sectionLines } from "./run-sections.ts";
import { runTable } from "./run-table.ts";
import { simulatedNotice } from "./simulated-notice.ts";

type Options = {
  readonly campaign: string;
  readonly patch?: true;
  readonly grader?: true;
  readonly calls?: true;
  readonly evidence?: true;
  readonly limit?: number;
  readonly json?: true;
};

const SHOWN = 30;

/** `evolver log`: runs, and what one of them left. */
export function logCommand(): Command {
  return withCampaign(new Command("log"))
    .argument("[run]", "an evaluation (e12) or an expansion (x3); left out: the last runs")
    .description("the last runs; or one run: its end, what the agent printed, its patch, its model calls")
    .option("--patch", "show the patch instead of what the agent printed")
    .option("--grader", "show what the hidden tests printed, or why a child was not admitted")
    .option("--calls", "show the model calls and what was said in them")
    .option("--evidence", "show what an expansion started from, and the proposal made of it")
    .option("--limit <n>", `how many runs to list (default: ${SHOWN}, with --json all)`, positiveNumber)
    .option("--json", "print JSON (docs/json.md)")
    .addHelpText(
      "after",
      `
What agents and models wrote is untrusted: what would steer the terminal is spelled out, like \\x1b.

Examples:
  evolver log -C campaigns/first                       the last runs
  evolver log e12 -C campaigns/first                   what the agent printed in e12
  evolver log x3 --patch --calls -C campaigns/first    what a self-modification changed, and how it came about
  evolver log e12 -C campaigns/first --json | jq -r .patch`,
    )
    .action((run: string | undefined, options: Options) =>
      readCampaign(options, (opened) =>
        run === undefined ? list(opened, options) : one(opened, run, options),
      ),
    );
}

function list(opened: OpenedCampaign, { json, limit }: Options): void {
  const runs = allRuns(opened);
  const simulated = opened.archive.campaign.get()?.simulated === true;
  if (json) {
    printJson(runs.slice(-(limit ?? runs.length)).map((run) => ({ ...run, simulated })));
    return;
  }
  const notice = simulatedNotice(simulated);
  if (runs.length === 0) {
    printLines([...notice, "No run has begun yet."]);
    return;
  }
  const shown = runs.slice(-(limit ?? SHOWN));
  const left = runs.length - shown.length;
  printLines([
    ...notice,
    ...runTable(shown),
    ...(left > 0 ? ["", `${left} earlier with --limit ${runs.length}`] : []),
  ]);
}

function one(opened: OpenedCampaign, run: string, options: Options): void {
  const report = runReport(opened, run, options.calls === true);
  if (options.json) {
    printJson(report);
    return;
  }
  const asked = (["evidence", "patch", "grader", "calls"] as const).filter((section) => options[section]);
  const sections: readonly Section[] = asked.length > 0 ? asked : ["transcript"];
  printLines([
    ...runHeader(report),
    ...simulatedNotice(report.simulated),
    ...sections.flatMap((section) => ["", ...sectionLines(report, section)]),
  ]);
}
