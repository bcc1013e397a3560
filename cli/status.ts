import { Command } from "commander";
import { campaignStatus, type Status } from "../evolver/status.ts";
import { counts, dollars, duration, percent, plural, shortNumber } from "./format.ts";
import { printJson, printLines } from "./print.ts";
import { oneLine } from "./printable.ts";
import { readCampaign, withCampaign } from "./read-campaign.ts";
import { simulatedNotice } from "./simulated-notice.ts";

type Options = { readonly campaign: string; readonly json?: true };

/** `evolver status`: where a campaign stands. */
export function statusCommand(): Command {
  return withCampaign(new Command("status"))
    .description("where a campaign stands: budgets, outcomes, the best agent, tokens, cost")
    .option("--json", "print JSON (docs/json.md)")
    .addHelpText(
      "after",
      `
It only reads: look as often as you like while the campaign runs.

Examples:
  evolver status -C campaigns/first
  watch evolver status -C campaigns/first
  evolver status -C campaigns/first --json | jq .budget.evaluations`,
    )
    .action((options: Options) =>
      readCampaign(options, ({ archive, config, locked }) => {
        const status = campaignStatus(archive, config, locked, new Date());
        if (options.json) printJson(status);
        else printStatus(status);
      }),
    );
}

/** Writes where a campaign stands to stdout, for people. */
export function printStatus(status: Status): void {
  const { budget, evaluations, expansions, model, tokens } = status;
  const ofEvaluations = [
    status.counted > 0 && `solved ${status.solved} (${percent(status.solved / status.counted)})`,
    ...outcomes(status, evaluations, ["solved"]),
  ];
  printLines([
    `campaign ${oneLine(status.campaign)} is ${status.state}: ${oneLine(status.reason)}`,
    ...simulatedNotice(model.simulated),
    "",
    ...fact("evaluations", gauge(budget.evaluations, String)),
    ...fact("", listed(ofEvaluations)),
    ...fact("expansions", gauge(budget.expansions, String)),
    ...fact("", listed(outcomes(status, expansions, []))),
    ...fact("tokens", gauge(budget.tokens, shortNumber)),
    ...fact("", `${tokenText(tokens)}, ${plural(status.modelCalls, "model call")}`),
    ...fact(
      "cost",
      gauge(budget.usd, (used) => dollars(used, model.simulated)),
    ),
    ...fact(
      "time",
      gauge(budget.hours, (hours) => duration(hours * 3600)),
    ),
    ...fact("", `${duration(status.modelSeconds)} of waiting for models, all calls together`),
    "",
    ...fact("agents", `${status.agents}, the deepest at depth ${status.maxDepth}`),
    ...fact("best", bestText(status)),
    ...fact("suite", `${oneLine(status.suite)}, ${plural(status.tasks, "task")}, seed ${status.seed}`),
    ...fact("models", modelText(model.roles)),
  ]);
}

const BAR_WIDTH = 24;

/** How much of a budget is used; what is not known is said to be so. */
function gauge(
  { limit, used }: { readonly limit: number | null; readonly used: number | null },
  format: (value: number) => string,
): string {
  const shown = used === null ? "unknown" : format(used);
  if (limit === null) return `${shown}, no limit`;
  const share = limit === 0 ? 1 : Math.min(1, (used ?? 0) / limit);
  const filled = Math.floor(share * BAR_WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${shown} of ${format(limit)}`;
}

function outcomes(
  { state }: Status,
  tally: Readonly<Record<string, number>>,
  except: readonly string[],
): readonly string[] {
  // Without a process at work nothing runs: a crash cut it off, and the next `run` tries it again.
  const open = state === "running" ? "running" : "cut off";
  return Object.entries(tally)
    .filter(([outcome, count]) => count > 0 && !except.includes(outcome))
    .map(([outcome, count]) => `${outcome === "running" ? open : outcome} ${count}`);
}

function tokenText({ prompt, completion, estimatedCalls }: Status["tokens"]): string {
  const estimated = estimatedCalls > 0 ? ` (estimated in ${plural(estimatedCalls, "call")})` : "";
  return `${shortNumber(prompt)} prompt, ${shortNumber(completion)} completion${estimated}`;
}

function bestText({ best, solved }: Status): string {
  if (best === undefined) return "no agent has been evaluated yet";
  if (solved === 0) return "no agent has solved a task yet";
  const [low, high] = best.interval;
  return `agent ${best.agent}, solved ${counts(best)}, 95 % interval ${percent(low)} to ${percent(high)}`;
}

/** One model for all roles is named once. */
function modelText(roles: Status["model"]["roles"]): string {
  const names = new Set(Object.values(roles));
  const texts =
    names.size === 1 ? [...names] : Object.entries(roles).map(([role, name]) => `${role} ${name}`);
  return oneLine(texts.join(", "), 86);
}

function listed(parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join(", ");
}

function fact(name: string, text: string): readonly string[] {
  return text === "" ? [] : [`${name.padEnd(12)} ${text}`];
}
