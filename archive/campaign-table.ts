import type { Connection } from "./database.ts";
import { fromRow } from "./row.ts";

export type CampaignRecord = {
  readonly name: string;
  readonly createdAt: string;
  readonly seed: number;
  readonly suite: string;
  /** JSON of all settings as they were at the start. */
  readonly config: string;
  readonly simulated: boolean;
  /** Why there is nothing left to do; undefined while there is. */
  readonly finished: string | undefined;
};

export type CampaignTable = ReturnType<typeof campaignTable>;

/** The one row on the campaign as a whole, and the settings people changed on the way. */
export function campaignTable(database: Connection) {
  const select = database.prepare(
    "SELECT name, created_at AS createdAt, seed, suite, config, simulated, finished FROM campaign WHERE id = 1",
  );
  return {
    /** Undefined before `create`. */
    get(): CampaignRecord | undefined {
      const row = select.get();
      if (row === undefined) return undefined;
      const record = fromRow<Omit<CampaignRecord, "simulated"> & { simulated: number }>(row);
      return { ...record, simulated: record.simulated === 1 };
    },
    create(record: Omit<CampaignRecord, "finished">): void {
      database
        .prepare(
          "INSERT INTO campaign (id, name, created_at, seed, suite, config, simulated) VALUES (1, ?, ?, ?, ?, ?, ?)",
        )
        .run(
          record.name,
          record.createdAt,
          record.seed,
          record.suite,
          record.config,
          record.simulated ? 1 : 0,
        );
    },
    setFinished(reason: string | undefined): void {
      database.prepare("UPDATE campaign SET finished = ? WHERE id = 1").run(reason ?? null);
    },
    recordControl(at: string, setting: string, value: unknown): void {
      database
        .prepare("INSERT INTO controls (at, setting, value) VALUES (?, ?, ?)")
        .run(at, setting, JSON.stringify(value));
    },
    /** The latest value of each changed setting. */
    controls(): Readonly<Record<string, unknown>> {
      const rows = database.prepare("SELECT setting, value FROM controls ORDER BY id").all() as {
        setting: string;
        value: string;
      }[];
      return Object.fromEntries(rows.map((row) => [row.setting, JSON.parse(row.value)]));
    },
  };
}
