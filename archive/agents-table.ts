import type { Connection } from "./database.ts";
import type { AgentRecord } from "./records.ts";
import { fromRow } from "./row.ts";

export type AgentsTable = ReturnType<typeof agentsTable>;

const COLUMNS = `id, parent, depth, commit_id AS "commit", tree_id AS tree, name, summary, created_at AS createdAt`;

/** The tree of agents; 0 is the root. */
export function agentsTable(database: Connection) {
  const byId = database.prepare(`SELECT ${COLUMNS} FROM agents WHERE id = ?`);
  const byTree = database.prepare(`SELECT ${COLUMNS} FROM agents WHERE tree_id = ?`);
  const record = (row: unknown) => (row === undefined ? undefined : fromRow<AgentRecord>(row));
  return {
    add(agent: AgentRecord): void {
      database
        .prepare(
          `INSERT INTO agents (id, parent, depth, commit_id, tree_id, name, summary, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          agent.id,
          agent.parent ?? null,
          agent.depth,
          agent.commit,
          agent.tree,
          agent.name,
          agent.summary,
          agent.createdAt,
        );
    },
    get: (id: number) => record(byId.get(id)),
    /** The agent whose code is exactly this git tree. */
    withTree: (tree: string) => record(byTree.get(tree)),
    nextId(): number {
      return (database.prepare("SELECT coalesce(max(id) + 1, 0) AS id FROM agents").get() as { id: number })
        .id;
    },
    all(): AgentRecord[] {
      return database
        .prepare(`SELECT ${COLUMNS} FROM agents ORDER BY id`)
        .all()
        .map((row) => fromRow<AgentRecord>(row));
    },
  };
}
