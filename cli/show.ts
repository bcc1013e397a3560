import { Command } from "commander";
import { type AgentReport, agentReport } from "./agent-report.ts";
import { color, outcomeColor } from "./color.ts";
import { counts, dollars, duration, percent, plural, shortNumber } from "./format.ts";
import { printJson, printLines } from "./print.ts";
import { oneLine, printable } from "./printable.ts";
import { findAgent, readCampaign, withCampaign } from "./read-campaign.ts";
import { UNFINISHED } from "./run-table.ts";
import { simulatedNotice } from "./simulated-notice.ts";
import { PAGE_WIDTH, table } from "./table.ts";
import { wrap } from "./wrap.ts";

type Options = { readonly campaign: string; readonly json?: true };

const DECISIONS_SHOWN = 10;

/** `evolver show`: one agent. */
export function showCommand(): Command {
  return withCampaign(new Command("show"))
    .argument("<agent>", "its number")
    .description("one agent: what it changed and why, what it solved, its expansions, what chose it")
    .option("--json", "print JSON (docs/json.md)")
    .addHelpText(
      "after",
      `
Examples:
  evolver show 3 -C campaigns/first
  evolver diff 3 -C campaigns/first                     the whole change
  evolver log e12 -C campaigns/first                    one of its runs
  evolver show 3 -C campaigns/first --json | jq '.evaluations[] | {task, outcome}'`,
    )
    .action((name: string, options: Options) =>
      readCampaign(options, async (opened) => {
        const report = await agentReport(opened, findAgent(opened.archive, name));
        if (options.json) printJson(report);
        else printLines(reportLines(report));
      }),
    );
}

function reportLines(report: AgentReport): readonly string[] {
  const { evaluations, expansions, decisions } = report;
  return [
    `agent ${report.id}: ${oneLine(report.summary, 80)}`,
    ...simulatedNotice(report.simulated),
    "",
    ...facts(report),
    ...section("changes", report.diffstat === undefined ? undefined : [printable(report.diffstat).trimEnd()]),
    ...section("problem", report.proposal && paragraph(report.proposal.problem)),
    ...section("proposal", report.proposal && paragraph(report.proposal.proposal)),
    ...section(`evaluations: ${evaluations.length}`, evaluationTable(evaluations)),
    ...section(`expansions: ${expansions.length}`, expansionTable(expansions)),
    ...section(decisionTitle(decisions.length), decisionTable(decisions.slice(-DECISIONS_SHOWN))),
  ];
}

function facts(report: AgentReport): readonly string[] {
  const { own, interval, cladeUsage: used } = report;
  const [low, high] = interval;
  const fact = (name: string, text: string) => `${name.padEnd(9)} ${text}`;
  const tokens = used.promptTokens + used.completionTokens;
  return [
    fact("commit", `${report.commit} (refs/agents/${report.id} in agents.git)`),
    fact("made", [report.createdAt, report.madeBy && `by ${report.madeBy}`].filter(Boolean).join(" ")),
    fact("lineage", [...report.ancestors, report.id].join(" → ")),
    fact("children", report.children.length === 0 ? "none" : report.children.join(", ")),
    own.counted === 0
      ? fact("own", "not evaluated yet")
      : fact(
          "own",
          `solved ${counts(own)}, rank ${report.rank}, 95 % interval ${percent(low)} to ${percent(high)}`,
        ),
    ...(own.counted === 0 ? [] : [fact("", `almost surely above ${percent(report.quantile)}`)]),
    fact(
      "clade",
      `${plural(used.agents, "agent")}, ${report.cmp === undefined ? "nothing counted yet" : `solved ${counts(report.clade)}, cmp ${percent(report.cmp)}`}`,
    ),
    fact(
      "",
      `${shortNumber(tokens)} tokens, ${dollars(used.costUsd ?? null, report.simulated)}, ${duration(used.seconds)} of runs`,
    ),
  ];
}

function evaluationTable(evaluations: AgentReport["evaluations"]): readonly string[] {
  return table(
    [
      { title: "run" },
      { title: "task" },
      { title: "outcome" },
      { title: "time", right: true },
      { title: "tokens", right: true },
      { title: "detail" },
    ],
    evaluations.map((run) => [
      run.run,
      run.task,
      { text: run.outcome ?? UNFINISHED, color: outcomeColor(run.outcome) },
      run.agentSeconds === undefined ? "-" : duration(run.agentSeconds + (run.graderSeconds ?? 0)),
      shortNumber(run.promptTokens + run.completionTokens),
      run.detail ?? "",
    ]),
  );
}

function expansionTable(expansions: AgentReport["expansions"]): readonly string[] {
  return table(
    [
      { title: "run" },
      { title: "outcome" },
      { title: "child", right: true },
      { title: "time", right: true },
      { title: "tokens", right: true },
      { title: "detail" },
    ],
    expansions.map((run) => [
      run.run,
      { text: run.outcome ?? UNFINISHED, color: outcomeColor(run.outcome) },
      run.child === undefined ? "-" : String(run.child),
      run.seconds === undefined ? "-" : duration(run.seconds),
      shortNumber(run.promptTokens + run.completionTokens),
      [run.reason, run.detail].filter(Boolean).join(": "),
    ]),
  );
}

function decisionTable(decisions: AgentReport["decisions"]): readonly string[] {
  return table(
    [{ title: "decision", right: true }, { title: "reason" }],
    decisions.map(({ number, reason }) => [String(number), reason]),
  );
}

function decisionTitle(count: number): string {
  const shown = count > DECISIONS_SHOWN ? `the last ${DECISIONS_SHOWN} of ${count}` : String(count);
  return `decisions that chose it: ${shown}`;
}

function paragraph(text: string): readonly string[] {
  return wrap(printable(text).trim(), PAGE_WIDTH);
}

/** Left out when `lines` is undefined; a title alone when there are none. */
function section(title: string, lines: readonly string[] | undefined): readonly string[] {
  return lines === undefined ? [] : ["", color("bold", title), ...lines];
}
