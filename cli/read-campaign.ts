import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { type AgentStore, openAgentStore } from "../archive/agent-store.ts";
import { type Archive, openArchive } from "../archive/archive.ts";
import { ArchiveError } from "../archive/database.ts";
import type { AgentRecord } from "../archive/records.ts";
import { currentWriter, type Writer } from "../archive/writer-lock.ts";
import type { Config } from "../evolver/config.ts";
import { currentConfig } from "../evolver/current-config.ts";
import { UsageError } from "./exit.ts";

/** A campaign opened for looking at: nothing here can change or disturb it. */
export type OpenedCampaign = {
  readonly directory: string;
  readonly archive: Archive;
  readonly store: AgentStore;
  /** What the campaign goes by, whatever evolver.toml says meanwhile. */
  readonly config: Config;
  /** The process that works on it now. */
  readonly locked: Writer | undefined;
};

const DEFAULT_CAMPAIGN = "./campaign";

/** Adds `-C, --campaign`, which every verb on a campaign has. */
export function withCampaign(command: Command): Command {
  return command.option("-C, --campaign <dir>", "the campaign's directory", DEFAULT_CAMPAIGN);
}

/** Opens the campaign, passes it to `look`, and closes it again. Throws `UsageError` when there is none. */
export async function readCampaign<T>(
  options: { readonly campaign: string },
  look: (opened: OpenedCampaign) => T | Promise<T>,
): Promise<T> {
  const directory = resolve(options.campaign);
  requireCampaign(directory);
  const archive = openArchive(directory, "read");
  try {
    if (archive.campaign.get() === undefined) {
      throw new ArchiveError(
        "missing",
        `The campaign in ${directory} has not begun. Start it with "evolver run -C ${options.campaign}".`,
      );
    }
    return await look({
      directory,
      archive,
      store: openAgentStore(directory),
      config: currentConfig(archive),
      locked: currentWriter(directory),
    });
  } finally {
    archive.close();
  }
}

/** The agent somebody named on the command line by its number. Throws `UsageError`. */
export function findAgent(archive: Archive, name: string): AgentRecord {
  const agent = /^\d{1,9}$/.test(name) ? archive.agents.get(Number(name)) : undefined;
  if (agent !== undefined) return agent;
  const last = archive.agents.nextId() - 1;
  throw new UsageError(
    `There is no agent ${name}; expected a number from 0 (the root) to ${last}. "evolver tree" lists them.`,
  );
}

function requireCampaign(directory: string): void {
  if (!existsSync(directory)) {
    throw new UsageError(
      `There is no directory ${directory}. Start a campaign with "evolver run -C <dir>", or name one with -C.`,
    );
  }
  if (existsSync(join(directory, "archive.db"))) return;
  throw new UsageError(
    existsSync(join(directory, "evolver.toml"))
      ? `The campaign in ${directory} has not begun. Start it with "evolver run".`
      : `${directory} is not a campaign: it holds no evolver.toml and archive.db. Name one with -C.`,
  );
}
