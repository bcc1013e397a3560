import type { Archive } from "../archive/archive.ts";
import { createLineage, type Lineage } from "./lineage.ts";

/** The lineage as the archive has it: every event is played again, so its counts are what the rows say. */
export function restoreLineage(
  archive: Pick<Archive, "tasks" | "agents" | "evaluations" | "expansions">,
): Lineage {
  const tasks = archive.tasks.all().flatMap(({ id, split }) => (split === "search" ? [id] : []));
  const lineage = createLineage(tasks);
  for (const { id, parent } of archive.agents.all()) lineage.add(id, parent);
  for (const { agent, task, outcome } of archive.evaluations.all()) {
    lineage.startEvaluation(agent, task);
    if (outcome !== undefined) lineage.endEvaluation(agent, task, outcome);
  }
  // In the order of their ends, because streaks of rejections are counted.
  const expansions = archive.expansions.all().sort((a, b) => compare(a.endedAt, b.endedAt));
  for (const { parent, outcome } of expansions) {
    lineage.startExpansion(parent);
    if (outcome !== undefined) lineage.endExpansion(parent, outcome);
  }
  return lineage;
}

/** ISO times; what has not ended comes last. Equal times keep their order. */
function compare(a = "~", b = "~"): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
