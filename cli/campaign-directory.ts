import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { lockForWriting, type Writer } from "../archive/writer-lock.ts";
import { UsageError } from "./exit.ts";

/** What may lie in a directory in which a campaign was begun and cut off. */
const OURS = /^(evolver\.(toml.*|log)|archive\.db.*|agents\.git(\.part)?|writer\..*)$/;

/**
 * Makes this process the only one that begins or continues the campaign in a directory, which is made where it is not
 * there. When nothing was begun, `release` leaves things as they were. Throws `UsageError` for a directory that holds
 * something else, `ArchiveError` `locked`.
 */
export function holdDirectory(directory: string): Writer & { release(): void } {
  requireOwn(directory);
  const made = mkdirSync(directory, { recursive: true });
  const lock = lockForWriting(directory);
  return {
    since: lock.since,
    release() {
      const begun = existsSync(join(directory, "archive.db"));
      if (!begun) rmSync(join(directory, "writer.lock"), { force: true });
      lock.release();
      if (!begun && made !== undefined) removeEmpty(directory, made);
    },
  };
}

function requireOwn(directory: string): void {
  const status = statSync(directory, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isDirectory()) throw new UsageError(`${directory} is a file. Name a directory with -C.`);
  const all = readdirSync(directory);
  if (all.includes("evolver.toml") || all.includes("archive.db")) return;
  const found = all.filter((name) => !OURS.test(name));
  if (found.length === 0) return;
  throw new UsageError(
    `${directory} is not a campaign and not empty (it holds ${found.slice(0, 3).join(", ")}${found.length > 3 ? ", ..." : ""}). ` +
      "Name a new directory with -C.",
  );
}

/** Removes the directories from `directory` up to `top`, as far as they are empty. */
function removeEmpty(directory: string, top: string): void {
  try {
    rmdirSync(directory);
  } catch {
    return;
  }
  if (directory !== top) removeEmpty(dirname(directory), top);
}
