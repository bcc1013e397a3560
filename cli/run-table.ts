import { outcomeColor } from "./color.ts";
import { duration, shortNumber } from "./format.ts";
import type { RunRecord } from "./run-report.ts";
import { table } from "./table.ts";

/** Runs for people, a line each. */
export function runTable(runs: readonly RunRecord[]): readonly string[] {
  return table(
    [
      { title: "run" },
      { title: "started (UTC)" },
      { title: "agent", right: true },
      { title: "what" },
      { title: "outcome" },
      { title: "time", right: true },
      { title: "tokens", right: true },
      { title: "detail" },
    ],
    runs.map((run) => [
      run.run,
      run.startedAt.slice(5, 19).replace("T", " "),
      String(run.kind === "evaluation" ? run.agent : run.parent),
      whatOf(run),
      { text: run.outcome ?? UNFINISHED, color: outcomeColor(run.outcome) },
      secondsOf(run) === undefined ? "-" : duration(secondsOf(run) ?? 0),
      shortNumber(run.promptTokens + run.completionTokens),
      detailOf(run),
    ]),
  );
}

/** A run without an end: at work, or cut off by a crash. */
export const UNFINISHED = "unfinished";

/** What a run did: the task it was about, or the child it made. */
function whatOf(run: RunRecord): string {
  if (run.kind === "evaluation") return run.task;
  return run.child === undefined ? "expansion" : `expansion → ${run.child}`;
}

/** Seconds a run took; undefined while it runs and when it was cut off. */
export function secondsOf(run: RunRecord): number | undefined {
  if (run.kind === "expansion") return run.seconds;
  return run.agentSeconds === undefined ? undefined : run.agentSeconds + (run.graderSeconds ?? 0);
}

/** Why it ended so, in one line. */
export function detailOf(run: RunRecord): string {
  const reason = run.kind === "expansion" ? run.reason : undefined;
  return [reason, run.detail].filter(Boolean).join(": ");
}
