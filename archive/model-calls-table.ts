import type { Connection } from "./database.ts";
import { fromRow } from "./row.ts";

/** One request to a model; see models/contract.ts for the meaning of the fields. */
export type ModelCallRecord = {
  readonly run: string;
  readonly sequence: number;
  readonly role: string;
  readonly model: string;
  readonly simulated: boolean;
  readonly startedAt: string;
  readonly queuedMs: number;
  readonly durationMs: number;
  readonly status: number;
  readonly streamed: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly estimated: boolean;
  readonly costUsd: number | undefined;
  readonly error: string | undefined;
};

type Flags = { readonly simulated: number; readonly streamed: number; readonly estimated: number };

export type ModelTotals = {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly estimatedCalls: number;
  /** Undefined while the cost of a single call is unknown. */
  readonly costUsd: number | undefined;
  /** The sum of the costs that are known. */
  readonly knownCostUsd: number;
  readonly modelSeconds: number;
};

export type ModelCallsTable = ReturnType<typeof modelCallsTable>;

/** The books: every request that went to a model. */
export function modelCallsTable(database: Connection) {
  const insert = database.prepare(
    `INSERT INTO model_calls (run, sequence, role, model, simulated, started_at, queued_ms, duration_ms, status, streamed,
       prompt_tokens, completion_tokens, estimated, cost_usd, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    add(call: ModelCallRecord): void {
      insert.run(
        call.run,
        call.sequence,
        call.role,
        call.model,
        call.simulated ? 1 : 0,
        call.startedAt,
        call.queuedMs,
        call.durationMs,
        call.status,
        call.streamed ? 1 : 0,
        call.promptTokens,
        call.completionTokens,
        call.estimated ? 1 : 0,
        call.costUsd ?? null,
        call.error ?? null,
      );
    },
    totals(): ModelTotals {
      const row = database
        .prepare(
          `SELECT count(*) AS calls, coalesce(sum(prompt_tokens), 0) AS promptTokens,
             coalesce(sum(completion_tokens), 0) AS completionTokens, coalesce(sum(estimated), 0) AS estimatedCalls,
             CASE WHEN count(*) = count(cost_usd) THEN total(cost_usd) END AS costUsd, total(cost_usd) AS knownCostUsd,
             total(queued_ms + duration_ms) / 1000 AS modelSeconds FROM model_calls`,
        )
        .get();
      return fromRow<ModelTotals>(row);
    },
    ofRun(run: string): ModelCallRecord[] {
      const rows = database
        .prepare(
          `SELECT run, sequence, role, model, simulated, started_at AS startedAt, queued_ms AS queuedMs,
             duration_ms AS durationMs, status, streamed, prompt_tokens AS promptTokens,
             completion_tokens AS completionTokens, estimated, cost_usd AS costUsd, error
           FROM model_calls WHERE run = ? ORDER BY sequence`,
        )
        .all(run);
      return rows.map((row) => {
        const call = fromRow<Omit<ModelCallRecord, keyof Flags> & Flags>(row);
        return {
          ...call,
          simulated: call.simulated === 1,
          streamed: call.streamed === 1,
          estimated: call.estimated === 1,
        };
      });
    },
  };
}

/** SQL assignments that take a run's usage from the books; for runs that a crash cut off. */
export function usageFromCalls(prefix: "e" | "x", table: string): string {
  const sum = (expression: string) =>
    `(SELECT ${expression} FROM model_calls WHERE run IN ('${prefix}' || ${table}.id, '${prefix}' || ${table}.id || '.diagnosis'))`;
  return `prompt_tokens = ${sum("coalesce(sum(prompt_tokens), 0)")},
    completion_tokens = ${sum("coalesce(sum(completion_tokens), 0)")},
    cost_usd = ${sum("CASE WHEN count(*) = count(cost_usd) THEN total(cost_usd) END")}`;
}
