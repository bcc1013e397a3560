import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AgentFiles } from "../archive/agent-store.ts";
import { UsageError } from "./exit.ts";
import { printable } from "./printable.ts";

/**
 * Writes an agent's files into a directory that is new or empty: regular files only, never over another one. Everything
 * is checked before the first byte is written. Throws `UsageError` when the directory won't do, and when a path would
 * leave it.
 */
export function writeFiles(directory: string, files: AgentFiles): void {
  for (const path of files.keys()) requireInside(path);
  requireEmpty(directory);
  mkdirSync(directory, { recursive: true });
  for (const [path, { content, executable }] of files) {
    const target = join(directory, path);
    mkdirSync(dirname(target), { recursive: true });
    // Exclusive: two names may be one file where case does not count.
    writeFileSync(target, content, { flag: "wx", mode: executable ? 0o755 : 0o644 });
  }
}

/** The archive's paths were checked when the agent was admitted; this is the last gate before the host's disk. */
function requireInside(path: string): void {
  const parts = path.split("/");
  const plain =
    !/[\\\0]/.test(path) && parts.every((part) => !["", ".", "..", ".git"].includes(part.toLowerCase()));
  if (!plain)
    throw new UsageError(`The agent holds a file named ${printable(path)}, which is not written to disk.`);
}

function requireEmpty(directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) throw new UsageError(`${directory} is a file: name a new or empty directory.`);
  const [first] = readdirSync(directory);
  if (first === undefined) return;
  throw new UsageError(
    `${directory} is not empty (it holds ${printable(first)}): name a new or empty directory.`,
  );
}
