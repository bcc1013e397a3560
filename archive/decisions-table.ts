import type { Connection } from "./database.ts";
import type { DecisionRecord } from "./records.ts";
import { fromRow } from "./row.ts";

export type DecisionsTable = ReturnType<typeof decisionsTable>;

/** Every choice of the search, numbered from 1. */
export function decisionsTable(database: Connection) {
  const insert = database.prepare(
    "INSERT INTO decisions (number, at, kind, agent, task, reason, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  return {
    add(decision: DecisionRecord): void {
      insert.run(
        decision.number,
        decision.at,
        decision.kind,
        decision.agent,
        decision.task ?? null,
        decision.reason,
        decision.detail,
      );
    },
    nextNumber(): number {
      return (
        database.prepare("SELECT coalesce(max(number), 0) + 1 AS n FROM decisions").get() as { n: number }
      ).n;
    },
    all(): DecisionRecord[] {
      return database
        .prepare("SELECT number, at, kind, agent, task, reason, detail FROM decisions ORDER BY number")
        .all()
        .map((row) => fromRow<DecisionRecord>(row));
    },
  };
}
