import { color } from "./color.ts";
import type { Turn } from "./conversation.ts";
import { dollars, duration, plural, shortNumber } from "./format.ts";
import { paintDiff } from "./paint-diff.ts";
import { toJson } from "./print.ts";
import { oneLine, printable } from "./printable.ts";
import type { RunReport } from "./run-report.ts";
import { detailOf, secondsOf, UNFINISHED } from "./run-table.ts";
import { PAGE_WIDTH, table } from "./table.ts";
import { wrap } from "./wrap.ts";

export type Section = "transcript" | "patch" | "grader" | "calls" | "evidence";

/** What a run was and how it ended. */
export function runHeader(report: RunReport): readonly string[] {
  const { outcome, promptTokens, completionTokens, costUsd } = report;
  const seconds = secondsOf(report);
  const fact = (name: string, text: string) => (text === "" ? [] : [`${name.padEnd(9)} ${text}`]);
  const proposed = report.kind === "expansion" ? report.proposal?.summary : undefined;
  return [
    `${report.run}: ${titleOf(report)}`,
    ...fact("outcome", outcome ?? UNFINISHED),
    ...fact("detail", wrap(oneLine(detailOf(report), 400), PAGE_WIDTH - 10).join(`\n${" ".repeat(10)}`)),
    ...fact("proposal", oneLine(proposed ?? "")),
    ...fact(
      "time",
      [report.startedAt, seconds !== undefined && duration(seconds)].filter(Boolean).join(", took "),
    ),
    ...fact(
      "tokens",
      `${shortNumber(promptTokens)} prompt, ${shortNumber(completionTokens)} completion, ${plural(report.calls.length, "model call")}, ` +
        dollars(costUsd ?? null, report.simulated),
    ),
    ...fact("decision", String(report.decision)),
  ];
}

/** One part of what a run left, under its title. */
export function sectionLines(report: RunReport, section: Section): readonly string[] {
  switch (section) {
    case "transcript":
      return textSection("what the agent printed", report.transcript, printable);
    case "patch":
      return textSection("patch", report.patch, paintDiff);
    case "grader":
      return textSection(graderTitle(report), report.graderLog, printable);
    case "evidence":
      return evidenceLines(report);
    case "calls":
      return [
        heading("model calls"),
        ...callTable(report),
        ...(report.conversation ?? []).flatMap(turnLines),
      ];
  }
}

/** What an expansion started from, and what was made of that. */
function evidenceLines(report: RunReport): readonly string[] {
  const { evidence } = report;
  const proposal = report.kind === "expansion" ? report.proposal : undefined;
  const paragraph = (text: string) => wrap(printable(text).trim(), PAGE_WIDTH).join("\n");
  return [
    ...textSection("evidence", evidence === undefined ? undefined : toJson(evidence), printable),
    ...(proposal ? ["", ...textSection("problem", proposal.problem, paragraph)] : []),
    ...(proposal ? ["", ...textSection("proposal", proposal.proposal, paragraph)] : []),
  ];
}

function titleOf(report: RunReport): string {
  if (report.kind === "evaluation")
    return `agent ${report.agent} on ${oneLine(report.task)}, attempt ${report.attempt}`;
  const child = report.child === undefined ? "" : `, its child is agent ${report.child}`;
  return `agent ${report.parent} rewrites itself${child}`;
}

function graderTitle({ kind }: RunReport): string {
  return kind === "evaluation" ? "what the hidden tests printed" : "admission";
}

function textSection(
  title: string,
  text: string | undefined,
  show: (text: string) => string,
): readonly string[] {
  if (text === undefined) return [heading(title), "(none: the run left none, or has not ended)"];
  return [heading(title), text === "" ? "(empty)" : show(text).replace(/\n$/, "")];
}

function callTable({ calls }: RunReport): readonly string[] {
  return table(
    [
      { title: "call", right: true },
      { title: "role" },
      { title: "model" },
      { title: "status", right: true },
      { title: "queued", right: true },
      { title: "time", right: true },
      { title: "prompt", right: true },
      { title: "answer", right: true },
      { title: "error" },
    ],
    calls.map((call) => [
      String(call.sequence),
      call.role,
      oneLine(call.model, 24),
      String(call.status),
      duration(call.queuedMs / 1000),
      duration(call.durationMs / 1000),
      shortNumber(call.promptTokens),
      `${shortNumber(call.completionTokens)}${call.estimated ? "~" : ""}`,
      call.error ?? "",
    ]),
  );
}

const SHOWN_CHARACTERS = 4000;

function turnLines({ sequence, status, error, asked, answer }: Turn): readonly string[] {
  const messages = [...asked, ...(answer ? [answer] : [])];
  return [
    "",
    heading(`call ${sequence}${error === undefined ? "" : `: status ${status}, ${oneLine(error)}`}`),
    ...messages.flatMap(({ role, text }) => [color("cyan", `${oneLine(role, 20)}:`), shortened(text)]),
  ];
}

function shortened(text: string): string {
  const left = text.length - SHOWN_CHARACTERS;
  if (left <= 0) return printable(text);
  return `${printable(text.slice(0, SHOWN_CHARACTERS))}\n[${left} more characters: --json has them]`;
}

function heading(title: string): string {
  return color("bold", `--- ${title} ---`);
}
