import { Command } from "commander";
import { drawTree } from "./draw-tree.ts";
import { counts, percent, plural } from "./format.ts";
import { printJson, printLines } from "./print.ts";
import { readCampaign, withCampaign } from "./read-campaign.ts";
import { simulatedNotice } from "./simulated-notice.ts";
import { table } from "./table.ts";
import { type TreeNode, treeNodes } from "./tree-nodes.ts";

type Options = { readonly campaign: string; readonly json?: true };

/** `evolver tree`: the lineage. */
export function treeCommand(): Command {
  return withCampaign(new Command("tree"))
    .description("the lineage: every agent under its parent, with its own and its clade's results")
    .option("--json", "print JSON (docs/json.md)")
    .addHelpText(
      "after",
      `
own: solved/counted evaluations of the agent. clade: the same of the agent and all its descendants. cmp: clade
metaproductivity, the solved share of the clade. "git -C <dir>/agents.git log --graph --all" shows the same tree.

Examples:
  evolver tree -C campaigns/first
  evolver tree -C campaigns/first --json | jq '.[] | {id, parent, cmp}'`,
    )
    .action((options: Options) =>
      readCampaign(options, ({ archive, config }) => {
        const nodes = treeNodes(archive, config);
        if (options.json) printJson(nodes);
        else printLines(treeLines(nodes));
      }),
    );
}

/** The lineage for people, with the best agent marked. */
function treeLines(nodes: readonly TreeNode[]): readonly string[] {
  const rows = drawTree(nodes).map(({ node, branches }) => [
    {
      text: branches + node.id + (node.best ? " best" : ""),
      color: node.best ? ("green" as const) : undefined,
    },
    counts(node.own),
    counts(node.clade),
    node.cmp === undefined ? "-" : percent(node.cmp),
    node.summary,
  ]);
  const deepest = nodes.reduce((depth, node) => Math.max(depth, node.depth), 0);
  return [
    ...simulatedNotice(nodes.some(({ simulated }) => simulated)),
    ...table(COLUMNS, rows),
    "",
    `${plural(nodes.length, "agent")}, the deepest at depth ${deepest}`,
  ];
}

const COLUMNS = [
  { title: "agent" },
  { title: "own", right: true },
  { title: "clade", right: true },
  { title: "cmp", right: true },
  { title: "change" },
] as const;
