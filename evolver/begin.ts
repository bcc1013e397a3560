import { randomUUID } from "node:crypto";
import type { AgentStore } from "../archive/agent-store.ts";
import type { Archive } from "../archive/archive.ts";
import { unstorablePath } from "../archive/storable.ts";
import type { Suite, Task } from "../benchmarks/task.ts";
import type { PreparedImage } from "../sandbox/contract.ts";
import { tryAgent } from "./admit.ts";
import type { Agent } from "./agent.ts";
import { type Config, ConfigError } from "./config.ts";
import { type Bench, ownLimits } from "./evaluator.ts";

/** A new campaign's name: short, unique, fit for labels. */
export function newCampaignName(): string {
  return `c${randomUUID().slice(0, 8)}`;
}

/** The tasks of a suite which a campaign uses. Throws `ConfigError` for an id that the suite does not have. */
export function selectTasks(suite: Suite, only: readonly string[]): readonly Task[] {
  const known = new Map(suite.tasks.map((task) => [task.id, task]));
  const unknown = only.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new ConfigError(
      `tasks.only names ${unknown.join(", ")}, which suite ${suite.name} does not have. It has: ${[...known.keys()].join(", ")}`,
    );
  }
  return only.length === 0 ? suite.tasks : suite.tasks.filter(({ id }) => only.includes(id));
}

/** The root must pass the same gate as every child, and fit into git. Throws `ConfigError` when it does not. */
export async function checkRoot(
  agent: Agent,
  bench: Pick<Bench, "engine" | "name" | "config">,
  image: PreparedImage,
  signal: AbortSignal,
): Promise<void> {
  const { config, engine, name } = bench;
  const unstorable = unstorablePath(agent.files.keys());
  if (unstorable !== undefined) {
    throw new ConfigError(
      `The root agent ${config.agent.root} holds ${JSON.stringify(unstorable)}, a name that git keeps for itself. Rename it.`,
    );
  }
  const admission = await tryAgent(agent, {
    engine,
    image,
    limits: ownLimits(config),
    labels: { campaign: name, run: "root" },
    signal,
    maxFiles: config.limits.agent_files,
    maxBytes: config.limits.agent_bytes,
  });
  if (admission.admitted) return;
  throw new ConfigError(
    `The root agent ${config.agent.root} does not work (${admission.reason}): ${admission.detail}`,
  );
}

export type Beginning = {
  readonly archive: Archive;
  readonly store: AgentStore;
  readonly config: Config;
  readonly name: string;
  readonly suite: Suite;
  readonly tasks: readonly Task[];
  readonly root: Agent;
  readonly simulated: boolean;
  readonly now: Date;
};

/** Writes a new campaign: the root's commit, then every row at once. What was checked before can't fail here. */
export async function beginCampaign(beginning: Beginning): Promise<void> {
  const { archive, store, config, root } = beginning;
  const at = beginning.now.toISOString();
  await store.create();
  const tree = await store.writeTree(root.files);
  const commit = await store.commit(tree, undefined, `${root.manifest.name}: the root`, at);
  archive.transaction(() => {
    archive.campaign.create({
      name: beginning.name,
      createdAt: at,
      seed: config.campaign.seed,
      suite: beginning.suite.name,
      config: JSON.stringify(config),
      simulated: beginning.simulated,
    });
    archive.tasks.create(beginning.tasks.map(({ id, digest }) => ({ id, digest, split: "search" })));
    archive.agents.add({
      id: 0,
      parent: undefined,
      depth: 0,
      commit,
      tree,
      name: root.manifest.name,
      summary: "the root",
      createdAt: at,
    });
  });
  await store.setRef(0, commit);
}

/** Throws `ConfigError` when tasks are not those with which the campaign was begun. */
export function requireSameTasks(archive: Archive, tasks: readonly Task[]): void {
  const now = new Map(tasks.map(({ id, digest }) => [id, digest]));
  const problems = archive.tasks.all().flatMap(({ id, digest }) => {
    if (!now.has(id)) return [`${id} is gone`];
    return now.get(id) === digest ? [] : [`${id} has changed`];
  });
  if (problems.length === 0) return;
  throw new ConfigError(
    `The suite is not the one this campaign was begun with (${problems.join(", ")}): results would not compare. Restore ` +
      "the suite, or begin another campaign.",
  );
}
