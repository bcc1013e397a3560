import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { ArchiveError } from "./database.ts";

/** Who works on a campaign. */
export type Writer = {
  /** Since when, ISO 8601; undefined for one that is just starting. */
  readonly since: string | undefined;
};

/** Somebody who only looks whether there is a writer holds the lock for less than a millisecond. */
const PATIENCE_MS = 2_000;

/**
 * Makes this process the campaign's only writer until `release` is called or the process ends, however it ends: the
 * lock is an open SQLite transaction, which the kernel drops with the process, so no stale lock can remain.
 * Throws `ArchiveError` `locked`, naming the holder.
 */
export function lockForWriting(directory: string): Writer & { release(): void } {
  const holderFile = join(directory, "writer.json");
  const lockFile = join(directory, "writer.lock");
  const database = acquire(directory, lockFile, holderFile);
  const since = new Date().toISOString();
  writeFileSync(holderFile, JSON.stringify({ pid: process.pid, host: hostname(), since }));
  return {
    since,
    release() {
      if (!database.open) return;
      rmSync(holderFile, { force: true });
      database.close();
    },
  };
}

/** The process that works on the campaign now; undefined when there is none. Disturbs neither it nor one that starts. */
export function currentWriter(directory: string): Writer | undefined {
  let database: Database.Database | undefined;
  try {
    database = new Database(join(directory, "writer.lock"), { timeout: 0, readonly: true });
    database.prepare("SELECT 1 FROM sqlite_schema").get();
    return undefined;
  } catch (error) {
    return isBusy(error) ? { since: readHolder(join(directory, "writer.json"))?.since } : undefined;
  } finally {
    database?.close();
  }
}

function acquire(directory: string, lockFile: string, holderFile: string): Database.Database {
  for (;;) {
    let database: Database.Database | undefined;
    let inode: number | undefined;
    try {
      inode = makeFile(lockFile);
      database = new Database(lockFile, { timeout: PATIENCE_MS });
      // Nothing is ever written; without this, a crash would leave a journal beside the file.
      database.pragma("journal_mode = MEMORY");
      database.exec("BEGIN EXCLUSIVE");
      // The holder before may have removed the directory: a lock on a file that is gone keeps nobody out.
      if (inode !== undefined && inodeOf(lockFile) === inode) return database;
      database.close();
    } catch (error) {
      database?.close();
      if (inodeOf(lockFile) === inode) throw lockError(error, directory, holderFile);
    }
  }
}

function lockError(cause: unknown, directory: string, holderFile: string): ArchiveError {
  if (!isBusy(cause)) {
    const message = `${directory} can't be locked: ${(cause as Error).message}. Check that it can be written.`;
    return new ArchiveError("locked", message, { cause });
  }
  const holder = readHolder(holderFile);
  const who = holder
    ? `process ${holder.pid} on ${holder.host}, since ${holder.since}`
    : "a process that is just starting";
  return new ArchiveError(
    "locked",
    `Another evolver works on ${directory}: ${who}. Wait for it or stop it.`,
    { cause },
  );
}

/** Its inode. An existing file is not opened: closing it would drop this process's own locks on it. */
function makeFile(path: string): number | undefined {
  try {
    closeSync(openSync(path, "wx"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return inodeOf(path);
}

function readHolder(file: string): { pid: number; host: string; since: string } | undefined {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(file, "utf8"));
    if (typeof pid !== "number" || typeof host !== "string" || Number.isNaN(Date.parse(since)))
      return undefined;
    return { pid, host, since: new Date(since).toISOString() };
  } catch {
    return undefined;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
