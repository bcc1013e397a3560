import type { Connection } from "./database.ts";
import { fromRow } from "./row.ts";

export type SessionRecord = {
  readonly id: number;
  readonly startedAt: string;
  /** The last sign of life. */
  readonly seenAt: string;
  readonly endedAt: string | undefined;
  readonly endReason: string | undefined;
  readonly workers: number;
  readonly engine: string;
};

export type SessionsTable = ReturnType<typeof sessionsTable>;

/** One row for each time somebody ran the campaign. */
export function sessionsTable(database: Connection) {
  const seen = database.prepare("UPDATE sessions SET seen_at = ? WHERE id = ?");
  return {
    start(at: string, workers: number, engine: string): number {
      const insert = database.prepare(
        "INSERT INTO sessions (started_at, seen_at, workers, engine) VALUES (?, ?, ?, ?)",
      );
      return Number(insert.run(at, at, workers, engine).lastInsertRowid);
    },
    see(id: number, at: string): void {
      seen.run(at, id);
    },
    end(id: number, at: string, reason: string): void {
      database
        .prepare("UPDATE sessions SET seen_at = ?, ended_at = ?, end_reason = ? WHERE id = ?")
        .run(at, at, reason, id);
    },
    all(): SessionRecord[] {
      return database
        .prepare(
          `SELECT id, started_at AS startedAt, seen_at AS seenAt, ended_at AS endedAt, end_reason AS endReason, workers, engine
           FROM sessions ORDER BY id`,
        )
        .all()
        .map((row) => fromRow<SessionRecord>(row));
    },
  };
}
