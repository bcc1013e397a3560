import { existsSync } from "node:fs";
import { join } from "node:path";
import { openAgentStore } from "../archive/agent-store.ts";
import type { Archive } from "../archive/archive.ts";
import { loadSuite, resolveSuite } from "../benchmarks/load-suite.ts";
import { readFiles } from "../benchmarks/read-files.ts";
import type { Suite, Task } from "../benchmarks/task.ts";
import { type Agent, readAgent } from "../evolver/agent.ts";
import { beginCampaign, newCampaignName, requireSameTasks, selectTasks } from "../evolver/begin.ts";
import { type Change, type Config, configChanges } from "../evolver/config.ts";
import { currentConfig } from "../evolver/current-config.ts";
import { UsageError } from "./exit.ts";
import { AGENTS, bundledAgents, type Flags, readSettings, writeSettings } from "./settings.ts";

/** What one `run` shall do, as far as reading tells; nothing is written yet. */
export type Plan = {
  readonly config: Config;
  readonly suite: Suite;
  readonly tasks: readonly Task[];
  /** The campaign's name, a new one where it has not begun. */
  readonly name: string;
  /** Undefined when the campaign has begun: its agents' code is in the archive. */
  readonly root: Agent | undefined;
  /** What differs from the settings a begun campaign goes by. */
  readonly changes: readonly Change[];
};

/**
 * Decides what to do in a directory held by this process; `archive` is what lies there. Throws `ConfigError` for settings
 * and suites that are not the campaign's, `UsageError`, `TaskError` and `ManifestError` for what can't be used.
 */
export async function planRun(directory: string, flags: Flags, archive: Archive | undefined): Promise<Plan> {
  const begun = archive?.campaign.get();
  const current = archive && begun && currentConfig(archive);
  const config = await readSettings(directory, flags, current);
  const changes = current ? configChanges(current, config) : [];
  const suite = await loadSuite(await resolveSuite(config.tasks.suite));
  const tasks = selectTasks(suite, config.tasks.only);
  if (archive && begun) requireSameTasks(archive, tasks);
  const root = begun ? undefined : await readRoot(config);
  return { config, suite, tasks, changes, root, name: begun?.name ?? newCampaignName() };
}

/** Writes the beginning of a campaign or the changes of its settings; evolver.toml last, as it can be made from the rest. */
export async function beginOrContinue(archive: Archive, plan: Plan, simulated: boolean): Promise<void> {
  const { config, root, changes } = plan;
  const now = new Date();
  if (root !== undefined) {
    const store = openAgentStore(archive.directory);
    await beginCampaign({ ...plan, root, archive, store, simulated, now });
  }
  archive.transaction(() => {
    for (const { setting, to } of changes)
      archive.campaign.recordControl(now.toISOString(), setting, to ?? null);
  });
  writeSettings(archive.directory, config);
}

async function readRoot(config: Config): Promise<Agent> {
  const { root } = config.agent;
  const directory = bundledAgents().includes(root) ? join(AGENTS, root) : root;
  if (!existsSync(directory)) {
    throw new UsageError(
      `There is no agent at ${directory}: expected a directory, or one of ${bundledAgents().join(", ")}.`,
    );
  }
  const limits = { maxFiles: config.limits.agent_files, maxBytes: config.limits.agent_bytes };
  // The repository it was cloned with is not the agent's code.
  return readAgent(await readFiles(directory, { ...limits, except: ".git" }));
}
