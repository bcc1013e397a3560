import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { ArchiveError } from "./database.ts";

/**
 * Makes this process the campaign's only writer until `release` is called or the process ends, however it ends: the
 * lock is an open SQLite transaction, which the kernel drops with the process, so no stale lock can remain.
 * Throws `ArchiveError` `locked`, naming the holder.
 */
export function lockForWriting(directory: string): { release(): void } {
  const holderFile = join(directory, "writer.json");
  const database = new Database(join(directory, "writer.lock"), { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw new ArchiveError(
      "locked",
      `Another evolver works on ${directory}: ${holder(holderFile)}. Wait for it or stop it.`,
      {
        cause: error,
      },
    );
  }
  writeFileSync(
    holderFile,
    JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() }),
  );
  return {
    release() {
      if (!database.open) return;
      rmSync(holderFile, { force: true });
      database.close();
    },
  };
}

/** True while some process holds the campaign's writer lock. */
export function isLocked(directory: string): boolean {
  try {
    const database = new Database(join(directory, "writer.lock"), { timeout: 0, fileMustExist: true });
    try {
      database.exec("BEGIN EXCLUSIVE");
      return false;
    } catch {
      return true;
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

function holder(file: string): string {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(file, "utf8"));
    return `process ${pid} on ${host}, since ${since}`;
  } catch {
    return "a process that is just starting";
  }
}
