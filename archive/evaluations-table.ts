import type { Connection } from "./database.ts";
import { usageFromCalls } from "./model-calls-table.ts";
import type { EvaluationOutcome, EvaluationRecord } from "./records.ts";
import { fromRow } from "./row.ts";

/** What is known when an evaluation has ended. */
export type EvaluationEnd = { readonly at: string; readonly outcome: EvaluationOutcome } & Pick<
  EvaluationRecord,
  "reward" | "detail" | "promptTokens" | "completionTokens" | "costUsd" | "agentSeconds" | "graderSeconds"
>;

export type EvaluationsTable = ReturnType<typeof evaluationsTable>;

const SELECT = `SELECT 'e' || id AS run, agent, task, attempt, decision, started_at AS startedAt, ended_at AS endedAt,
  outcome, reward, detail, prompt_tokens AS promptTokens, completion_tokens AS completionTokens, cost_usd AS costUsd,
  agent_seconds AS agentSeconds, grader_seconds AS graderSeconds FROM evaluations`;

/** Every attempt of an agent at a task, whatever its end. */
export function evaluationsTable(database: Connection) {
  const insert = database.prepare(
    `INSERT INTO evaluations (agent, task, attempt, decision, started_at)
     VALUES (?, ?, (SELECT count(*) + 1 FROM evaluations WHERE agent = ? AND task = ?), ?, ?)
     RETURNING 'e' || id AS run, attempt`,
  );
  const update = database.prepare(
    `UPDATE evaluations SET ended_at = ?, outcome = ?, reward = ?, detail = ?, prompt_tokens = ?, completion_tokens = ?,
       cost_usd = ?, agent_seconds = ?, grader_seconds = ? WHERE id = ? AND outcome IS NULL`,
  );
  return {
    start(agent: number, task: string, decision: number, at: string): { run: string; attempt: number } {
      return insert.get(agent, task, agent, task, decision, at) as { run: string; attempt: number };
    },
    end(run: string, end: EvaluationEnd): void {
      const { changes } = update.run(
        end.at,
        end.outcome,
        end.reward ?? null,
        end.detail ?? null,
        end.promptTokens,
        end.completionTokens,
        end.costUsd ?? null,
        end.agentSeconds ?? null,
        end.graderSeconds ?? null,
        Number(run.slice(1)),
      );
      if (changes !== 1) throw new Error(`evaluation ${run} is not at work`);
    },
    /** Marks what a crash left open; those pairs are tried again. Returns how many. */
    interruptOpen(at: string): number {
      return database
        .prepare(
          `UPDATE evaluations SET ended_at = ?, outcome = 'interrupted', ${usageFromCalls("e", "evaluations")}
           WHERE outcome IS NULL`,
        )
        .run(at).changes;
    },
    /** How often an agent on a task has ended as an infrastructure error. */
    infrastructureErrors(agent: number, task: string): number {
      const row = database
        .prepare(
          "SELECT count(*) AS n FROM evaluations WHERE agent = ? AND task = ? AND outcome = 'infrastructure-error'",
        )
        .get(agent, task);
      return (row as { n: number }).n;
    },
    /** How many have ended, whatever their end. */
    ended(): number {
      const row = database.prepare("SELECT count(*) AS n FROM evaluations WHERE outcome IS NOT NULL").get();
      return (row as { n: number }).n;
    },
    get(run: string): EvaluationRecord | undefined {
      const row = database.prepare(`${SELECT} WHERE id = ?`).get(Number(run.slice(1)));
      return row === undefined ? undefined : fromRow<EvaluationRecord>(row);
    },
    ofAgent(agent: number): EvaluationRecord[] {
      return database
        .prepare(`${SELECT} WHERE agent = ? ORDER BY id`)
        .all(agent)
        .map((row) => fromRow<EvaluationRecord>(row));
    },
    all(): EvaluationRecord[] {
      return database
        .prepare(`${SELECT} ORDER BY id`)
        .all()
        .map((row) => fromRow<EvaluationRecord>(row));
    },
  };
}
