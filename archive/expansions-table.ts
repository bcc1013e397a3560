import type { Connection } from "./database.ts";
import { usageFromCalls } from "./model-calls-table.ts";
import type { ExpansionOutcome, ExpansionRecord } from "./records.ts";
import { fromRow } from "./row.ts";

/** What is known when an expansion has ended. */
export type ExpansionEnd = {
  readonly at: string;
  readonly outcome: ExpansionOutcome;
  readonly seconds: number;
} & Pick<
  ExpansionRecord,
  "child" | "reason" | "detail" | "proposal" | "promptTokens" | "completionTokens" | "costUsd"
>;

export type ExpansionsTable = ReturnType<typeof expansionsTable>;

const SELECT = `SELECT 'x' || id AS run, parent, child, decision, started_at AS startedAt, ended_at AS endedAt, outcome,
  reason, detail, proposal, prompt_tokens AS promptTokens, completion_tokens AS completionTokens, cost_usd AS costUsd,
  seconds FROM expansions`;

/** Every attempt at a child, the failed ones too. */
export function expansionsTable(database: Connection) {
  const insert = database.prepare(
    "INSERT INTO expansions (parent, decision, started_at) VALUES (?, ?, ?) RETURNING 'x' || id AS run",
  );
  const update = database.prepare(
    `UPDATE expansions SET ended_at = ?, outcome = ?, child = ?, reason = ?, detail = ?, proposal = ?, prompt_tokens = ?,
       completion_tokens = ?, cost_usd = ?, seconds = ? WHERE id = ? AND outcome IS NULL`,
  );
  return {
    start(parent: number, decision: number, at: string): string {
      return (insert.get(parent, decision, at) as { run: string }).run;
    },
    end(run: string, end: ExpansionEnd): void {
      const { changes } = update.run(
        end.at,
        end.outcome,
        end.child ?? null,
        end.reason ?? null,
        end.detail ?? null,
        end.proposal ?? null,
        end.promptTokens,
        end.completionTokens,
        end.costUsd ?? null,
        end.seconds,
        Number(run.slice(1)),
      );
      if (changes !== 1) throw new Error(`expansion ${run} is not at work`);
    },
    /** Marks what a crash left open. Returns how many. */
    interruptOpen(at: string): number {
      return database
        .prepare(
          `UPDATE expansions SET ended_at = ?, outcome = 'interrupted', ${usageFromCalls("x", "expansions")}
           WHERE outcome IS NULL`,
        )
        .run(at).changes;
    },
    /** Expansions that count against a budget: ended with a child or a rejection, or at work. */
    charged(): number {
      const row = database
        .prepare(
          "SELECT count(*) AS n FROM expansions WHERE outcome IS NULL OR outcome IN ('admitted', 'rejected')",
        )
        .get();
      return (row as { n: number }).n;
    },
    /** How many charged expansions of a parent were started before this one. */
    before(parent: number, run: string): number {
      const row = database
        .prepare(
          `SELECT count(*) AS n FROM expansions
           WHERE parent = ? AND id < ? AND (outcome IS NULL OR outcome IN ('admitted', 'rejected'))`,
        )
        .get(parent, Number(run.slice(1)));
      return (row as { n: number }).n;
    },
    /** How often expansions of a parent have ended as infrastructure errors. */
    infrastructureErrors(parent: number): number {
      const row = database
        .prepare("SELECT count(*) AS n FROM expansions WHERE parent = ? AND outcome = 'infrastructure-error'")
        .get(parent);
      return (row as { n: number }).n;
    },
    /** How many have ended, whatever their end. */
    ended(): number {
      const row = database.prepare("SELECT count(*) AS n FROM expansions WHERE outcome IS NOT NULL").get();
      return (row as { n: number }).n;
    },
    get(run: string): ExpansionRecord | undefined {
      const row = database.prepare(`${SELECT} WHERE id = ?`).get(Number(run.slice(1)));
      return row === undefined ? undefined : fromRow<ExpansionRecord>(row);
    },
    all(): ExpansionRecord[] {
      return database
        .prepare(`${SELECT} ORDER BY id`)
        .all()
        .map((row) => fromRow<ExpansionRecord>(row));
    },
  };
}
