import type { Archive } from "../archive/archive.ts";
import { rankAgents } from "../evolver/best.ts";
import type { Config } from "../evolver/config.ts";
import type { Counts } from "../evolver/search.ts";
import { lineageOf } from "../evolver/status.ts";

/** One agent of `evolver tree --json`. */
export type TreeNode = {
  readonly id: number;
  readonly parent: number | undefined;
  readonly depth: number;
  readonly commit: string;
  readonly tree: string;
  readonly name: string;
  readonly summary: string;
  readonly own: Counts;
  readonly clade: Counts;
  /** Clade metaproductivity as estimated: solved of counted in the clade; undefined when nothing counted. */
  readonly cmp: number | undefined;
  readonly children: readonly number[];
  /** Expansions that gave no child. */
  readonly rejected: number;
  /** First in the ranking of `evolver best`. */
  readonly best: boolean;
  readonly createdAt: string;
  readonly simulated: boolean;
};

/** All agents of a campaign by id, with their counts. */
export function treeNodes(archive: Archive, config: Config): readonly TreeNode[] {
  const candidates = lineageOf(archive);
  const best = bestAgent(candidates, config);
  const records = archive.agents.all();
  const children = Map.groupBy(records, ({ parent }) => parent);
  const simulated = archive.campaign.get()?.simulated === true;
  return records.map(({ createdAt, ...record }, index) => {
    const { own, clade, rejected } = candidates[index] ?? NOTHING;
    return {
      ...record,
      own,
      clade,
      cmp: clade.counted === 0 ? undefined : clade.solved / clade.counted,
      children: (children.get(record.id) ?? []).map(({ id }) => id),
      rejected,
      best: record.id === best,
      createdAt,
      simulated,
    };
  });
}

const NOTHING = { own: { solved: 0, counted: 0 }, clade: { solved: 0, counted: 0 }, rejected: 0 };

/** Undefined before the first evaluation has counted. */
function bestAgent(agents: Parameters<typeof rankAgents>[0], config: Config): number | undefined {
  const [best] = rankAgents(agents, config.search.epsilon);
  return best !== undefined && best.counted > 0 ? best.agent : undefined;
}
