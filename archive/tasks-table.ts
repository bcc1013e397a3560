import type { Connection } from "./database.ts";

export type TaskRecord = {
  readonly id: string;
  readonly digest: string;
  /** Held-out tasks are never used by the search. */
  readonly split: "search" | "holdout";
};

export type TasksTable = ReturnType<typeof tasksTable>;

/** The campaign's tasks in the suite's order, with the digests they had when it started. */
export function tasksTable(database: Connection) {
  return {
    create(tasks: readonly TaskRecord[]): void {
      const insert = database.prepare("INSERT INTO tasks (position, id, digest, split) VALUES (?, ?, ?, ?)");
      for (const [position, task] of tasks.entries()) insert.run(position, task.id, task.digest, task.split);
    },
    all(): TaskRecord[] {
      return database.prepare("SELECT id, digest, split FROM tasks ORDER BY position").all() as TaskRecord[];
    },
  };
}
