import { Command } from "commander";
import type { Archive } from "../archive/archive.ts";
import { rankAgents } from "../evolver/best.ts";
import { lineageOf } from "../evolver/status.ts";
import { counts, percent } from "./format.ts";
import { positiveNumber } from "./numbers.ts";
import { printJson, printLines } from "./print.ts";
import { readCampaign, withCampaign } from "./read-campaign.ts";
import { simulatedNotice } from "./simulated-notice.ts";
import { table } from "./table.ts";

type Options = { readonly campaign: string; readonly limit?: number; readonly json?: true };

const SHOWN = 10;

/** `evolver best`: agents, best first. */
export function bestCommand(): Command {
  return withCampaign(new Command("best"))
    .description("agents, best first: by what they solve almost surely, not by luck on few tasks")
    .option("--limit <n>", `how many to show (default: ${SHOWN}, with --json all)`, positiveNumber)
    .option("--json", "print JSON (docs/json.md)")
    .addHelpText(
      "after",
      `
Ranked by a low quantile (search.epsilon, default 10 %) of what is believed of an agent's true share of solved tasks:
it solves more than that with a chance of 90 %. Agents that were never evaluated come last.

Examples:
  evolver best -C campaigns/first
  evolver best -C campaigns/first --limit 3
  evolver best -C campaigns/first --json | jq '.[0].agent'`,
    )
    .action((options: Options) =>
      readCampaign(options, ({ archive, config }) => {
        const ranking = describedRanking(archive, config.search.epsilon);
        if (options.json) printJson(ranking.slice(0, options.limit));
        else printLines(rankingLines(ranking, options.limit ?? SHOWN, config.search.epsilon));
      }),
    );
}

/** The ranking with what each agent is. */
function describedRanking(archive: Archive, epsilon: number) {
  const simulated = archive.campaign.get()?.simulated === true;
  const records = archive.agents.all();
  return rankAgents(lineageOf(archive), epsilon).map((ranked) => ({
    ...ranked,
    commit: records[ranked.agent]?.commit,
    summary: records[ranked.agent]?.summary,
    simulated,
  }));
}

type Ranking = ReturnType<typeof describedRanking>;

function rankingLines(ranking: Ranking, limit: number, epsilon: number): readonly string[] {
  const notice = simulatedNotice(ranking.some(({ simulated }) => simulated));
  const [first] = ranking;
  if (first === undefined || first.counted === 0) return [...notice, "No agent has been evaluated yet."];
  const shown = ranking.slice(0, limit);
  const left = ranking.length - shown.length;
  return [
    ...notice,
    ...(ranking.every(({ solved }) => solved === 0)
      ? ["No agent has solved a task yet; the order says little.", ""]
      : []),
    ...table(
      [
        { title: "agent", right: true },
        { title: "surely", right: true },
        { title: "mean", right: true },
        { title: "95 % interval", right: true },
        { title: "solved", right: true },
        { title: "change" },
      ],
      shown.map(({ agent, quantile, mean, interval: [low, high], counted, ...rest }) => [
        String(agent),
        ...(counted === 0
          ? ["-", "-", "-"]
          : [percent(quantile), percent(mean), `${percent(low)} to ${percent(high)}`]),
        counts({ counted, ...rest }),
        rest.summary ?? "",
      ]),
    ),
    "",
    `surely: it solves more than this with a chance of ${percent(1 - epsilon)}`,
    ...(left > 0 ? [`${left} more with --limit ${ranking.length}`] : []),
  ];
}
