import type { CampaignEvent } from "../evolver/campaign-parts.ts";
import type { Status } from "../evolver/status.ts";
import { duration, percent, shortNumber } from "./format.ts";
import { oneLine } from "./printable.ts";

export type Progress = {
  /** A line which stays. */
  say(line: string): void;
  event(event: CampaignEvent): void;
  stop(): void;
};

const REFRESH_MS = 1_000;

/**
 * Shows a campaign on stderr while it runs: a line for each end of a piece of work, and on a terminal a last line that
 * is renewed every second with where the campaign stands. `quiet` leaves out all but warnings.
 */
export function showProgress(read: () => Status, options: { readonly quiet: boolean }): Progress {
  const live = process.stderr.isTTY === true && !options.quiet;
  const startedAt = performance.now();
  let before: Status | undefined;
  let line = "";
  let readAt = Number.NEGATIVE_INFINITY;
  let costMs = 0;
  const clear = () => live && process.stderr.write("\r\x1b[2K");
  /** Reading a long campaign's status takes its time: at most a twentieth of ours goes into it. */
  const refresh = () => {
    const at = performance.now();
    if (at - readAt < Math.max(REFRESH_MS / 2, 20 * costMs)) return;
    try {
      const status = read();
      before ??= status;
      line = statusLine(status, before, (at - startedAt) / 1000);
    } catch {
      // The line is a courtesy; what really fails fails where it is done.
    }
    readAt = performance.now();
    costMs = readAt - at;
  };
  const draw = () => {
    if (!live) return;
    refresh();
    process.stderr.write(`\r\x1b[2K${clip(line)}`);
  };
  const say = (text: string) => {
    clear();
    process.stderr.write(`${text}\n`);
    draw();
  };
  const timer = live ? setInterval(draw, REFRESH_MS) : undefined;
  timer?.unref();
  return {
    say,
    event(event) {
      const text = eventLine(event);
      const warning = event.kind === "waiting" || event.kind === "draining";
      if (text !== undefined && (warning || !options.quiet)) say(text);
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

/** Where a campaign stands, in one line; `before` and `seconds` give the rate of this session. */
function statusLine(status: Status, before: Status, seconds: number): string {
  const { limit } = status.budget.evaluations;
  const done = status.counted - before.counted;
  const perSecond = seconds > 0 ? done / seconds : 0;
  const left = limit === null || perSecond === 0 ? undefined : (limit - status.counted) / perSecond;
  return [
    `${status.counted}/${limit} evaluations`,
    `${status.agents} agents`,
    `${status.expansions.admitted + status.expansions.rejected} expansions`,
    status.counted > 0 && `solved ${percent(status.solved / status.counted)}`,
    status.best && `best ${status.best.agent} (${percent(status.best.mean)})`,
    `${shortNumber(status.tokens.total)} tokens`,
    `${(perSecond * 60).toFixed(1)}/min`,
    left !== undefined && `${duration(left)} left`,
    status.model.simulated && "simulated model",
  ]
    .filter((part) => typeof part === "string")
    .join(" · ");
}

function eventLine(event: CampaignEvent): string | undefined {
  switch (event.kind) {
    case "started":
      return undefined;
    case "evaluated": {
      const mark = event.outcome === "solved" ? "✓" : "✗";
      return `${event.run.padEnd(5)} ${mark} agent ${event.agent} on ${event.task}: ${event.outcome}${why(event.outcome, event.detail)}`;
    }
    case "expanded":
      return event.child === undefined
        ? `${event.run.padEnd(5)} - agent ${event.parent} got no child: ${event.outcome}, ${oneLine(event.detail)}`
        : `${event.run.padEnd(5)} + agent ${event.child} is a child of ${event.parent}: ${oneLine(event.detail)}`;
    case "waiting":
      return `Waiting ${event.seconds} s: ${oneLine(event.reason)}`;
    case "draining":
      return `Waiting for ${event.runs} ${event.runs === 1 ? "run" : "runs"} to end.`;
  }
}

/** Details are worth their room only when something unusual happened. */
function why(outcome: string, detail: string): string {
  return ["solved", "unsolved"].includes(outcome) ? "" : ` (${oneLine(detail)})`;
}

function clip(line: string): string {
  const width = (process.stderr.columns ?? 100) - 1;
  return line.length > width ? line.slice(0, width) : line;
}
