import { type Agent, readAgent } from "./agent.ts";
import type { Campaign, WorkEnd } from "./campaign-parts.ts";
import type { Lineage } from "./lineage.ts";
import type { Choice } from "./search.ts";
import { runEvaluation } from "./work-evaluation.ts";
import { runExpansion } from "./work-expansion.ts";

/** What a policy chose to begin. */
export type Startable = Choice & { readonly kind: "evaluate" | "expand" };

type Work = { readonly run: string; perform(agents: (id: number) => Promise<Agent>): Promise<WorkEnd> };

/** Writes the decision and the start of its work as one transaction; `perform` does the work. */
export function startWork(campaign: Campaign, lineage: Lineage, choice: Startable, number: number): Work {
  const { archive } = campaign;
  const at = campaign.now().toISOString();
  const decision = {
    number,
    at,
    kind: choice.kind,
    agent: choice.agent,
    task: choice.kind === "evaluate" ? choice.task : undefined,
    reason: choice.reason,
    detail: JSON.stringify({ draws: choice.draws }),
  };
  if (choice.kind === "evaluate") {
    const { run } = archive.transaction(() => {
      archive.decisions.add(decision);
      return archive.evaluations.start(choice.agent, choice.task, number, at);
    });
    lineage.startEvaluation(choice.agent, choice.task);
    return { run, perform: (agents) => runEvaluation(campaign, lineage, agents, { run, ...choice }) };
  }
  const run = archive.transaction(() => {
    archive.decisions.add(decision);
    return archive.expansions.start(choice.agent, number, at);
  });
  lineage.startExpansion(choice.agent);
  return {
    run,
    perform: (agents) => runExpansion(campaign, lineage, agents, { run, number, parent: choice.agent }),
  };
}

/** Agents' code, read from the repository once. */
export function agentCache({ archive, store }: Campaign): (id: number) => Promise<Agent> {
  const cache = new Map<number, Promise<Agent>>();
  return (id) => {
    const known = cache.get(id);
    if (known !== undefined) return known;
    const record = archive.agents.get(id);
    if (record === undefined) throw new Error(`agent ${id} is not in the archive`);
    const read = store.files(record.commit).then(readAgent);
    cache.set(id, read);
    return read;
  };
}
