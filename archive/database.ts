import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

const MIGRATIONS = join(import.meta.dirname, "migrations");

/**
 * - `missing`: there is no campaign at that place.
 * - `damaged`: the file is there but can't be read as an archive.
 * - `newer`: a later version of evolver wrote it.
 * - `locked`: another process works on it.
 */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
  readonly code: "missing" | "damaged" | "newer" | "locked";
  constructor(code: ArchiveError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type Connection = Database.Database;

/**
 * Opens (and, for writing, creates or migrates) an archive file; every commit is on disk when it returns. Readers can
 * neither write nor block the writer. Throws `ArchiveError`.
 */
export function openDatabase(path: string, mode: "write" | "read"): Connection {
  if (mode === "read") requireFile(path);
  try {
    const database = new Database(path, { readonly: mode === "read", timeout: 10_000 });
    database.pragma("foreign_keys = ON");
    if (mode === "write") {
      database.pragma("journal_mode = WAL");
      database.pragma("synchronous = FULL");
    }
    migrate(database, path, mode);
    return database;
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw damaged(path, error);
  }
}

/** Whether SQLite found, while reading or writing, that the file is damaged. */
export function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}

/** The error of a file that can't be read as an archive, saying what to do. */
export function damaged(path: string, cause: unknown): ArchiveError {
  return new ArchiveError(
    "damaged",
    `${path} can't be read as an archive: ${message(cause)}. Restore a copy of the campaign directory, or try ` +
      `"sqlite3 ${path} .recover" into a new file.`,
    { cause },
  );
}

function requireFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  throw new ArchiveError(
    "missing",
    `There is no archive at ${path}. Start a campaign with "evolver run -C <dir>".`,
  );
}

function migrate(database: Connection, path: string, mode: "write" | "read"): void {
  const files = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const version = Number(database.pragma("user_version", { simple: true }));
  if (version > files.length) {
    throw new ArchiveError(
      "newer",
      `${path} has schema ${version}, this evolver knows ${files.length}. Update evolver.`,
    );
  }
  if (mode === "read") {
    if (version === files.length) return;
    throw new ArchiveError(
      "damaged",
      `${path} has schema ${version}, expected ${files.length}. "evolver run" updates it.`,
    );
  }
  for (const [index, file] of files.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(readFileSync(join(MIGRATIONS, file), "utf8"));
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
