import { join } from "node:path";
import { type AgentsTable, agentsTable } from "./agents-table.ts";
import { type CampaignTable, campaignTable } from "./campaign-table.ts";
import { damaged, openDatabase } from "./database.ts";
import { type DecisionsTable, decisionsTable } from "./decisions-table.ts";
import { type EvaluationsTable, evaluationsTable } from "./evaluations-table.ts";
import { type ExpansionsTable, expansionsTable } from "./expansions-table.ts";
import { type ModelCallsTable, modelCallsTable } from "./model-calls-table.ts";
import { type SessionsTable, sessionsTable } from "./sessions-table.ts";
import { type TasksTable, tasksTable } from "./tasks-table.ts";

/** The rows of one campaign. Every write is on disk when the call returns. */
export type Archive = {
  readonly directory: string;
  readonly campaign: CampaignTable;
  readonly sessions: SessionsTable;
  readonly tasks: TasksTable;
  readonly agents: AgentsTable;
  readonly decisions: DecisionsTable;
  readonly evaluations: EvaluationsTable;
  readonly expansions: ExpansionsTable;
  readonly modelCalls: ModelCallsTable;
  /** Everything in `body` is written, or nothing. `body` is synchronous. */
  transaction<T>(body: () => T): T;
  close(): void;
};

/** Opens `<directory>/archive.db`; see `openDatabase` for errors. */
export function openArchive(directory: string, mode: "write" | "read"): Archive {
  const path = join(directory, "archive.db");
  const database = openDatabase(path, mode);
  try {
    return {
      directory,
      campaign: campaignTable(database),
      sessions: sessionsTable(database),
      tasks: tasksTable(database),
      agents: agentsTable(database),
      decisions: decisionsTable(database),
      evaluations: evaluationsTable(database),
      expansions: expansionsTable(database),
      modelCalls: modelCallsTable(database),
      transaction: (body) => database.transaction(body)(),
      close: () => database.close(),
    };
  } catch (error) {
    // The schema's number is right, so a table that can't be asked is a damaged one.
    database.close();
    throw damaged(path, error);
  }
}
