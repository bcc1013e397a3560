import type { Archive } from "../archive/archive.ts";
import { ArchiveError } from "../archive/database.ts";
import { type Config, checkConfig } from "./config.ts";

/**
 * The settings a campaign goes by: those it was begun with and every change recorded since. evolver.toml says what they
 * shall be from the next `run` on. Throws `ArchiveError` `damaged`.
 */
export function currentConfig({ campaign }: Pick<Archive, "campaign">): Config {
  try {
    const settings = JSON.parse(campaign.get()?.config ?? "{}");
    for (const [setting, value] of Object.entries(campaign.controls())) set(settings, setting, value);
    return checkConfig(settings, "the archive's record");
  } catch (error) {
    throw new ArchiveError(
      "damaged",
      `The settings in archive.db can't be read: ${(error as Error).message}. Restore a copy of the campaign directory.`,
      { cause: error },
    );
  }
}

/** `setting` is a path like `budget.hours`; null takes it away. Own properties only: names come from a file. */
function set(settings: Record<string, unknown>, setting: string, value: unknown): void {
  const keys = setting.split(".");
  const last = keys.pop() ?? "";
  let inner = settings;
  for (const key of keys) {
    if (!Object.hasOwn(inner, key)) inner[key] = {};
    inner = inner[key] as Record<string, unknown>;
  }
  if (value === null) delete inner[last];
  else inner[last] = value;
}
