import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { loadTask } from "./load-task.ts";
import type { Suite } from "./task.ts";
import { TaskError } from "./task-error.ts";

const BUNDLED = join(import.meta.dirname, "suites");

/**
 * Reads every task of a suite, sorted by id: each directory in it is a task, files beside them and names that begin
 * with a dot are none. Throws `TaskError` for the first broken task, for a link, and for a suite without tasks.
 */
export async function loadSuite(directory: string): Promise<Suite> {
  const root = resolve(directory);
  if (!(await isThere(root)))
    throw new TaskError("missing", root, "expected a directory of tasks, found nothing");
  const entries = (await readdir(root, { withFileTypes: true })).filter(
    (entry) => !entry.name.startsWith("."),
  );
  const odd = entries.find((entry) => !entry.isDirectory() && !entry.isFile());
  if (odd !== undefined)
    throw new TaskError(
      "refused",
      join(root, odd.name),
      "expected a task directory, found a link or a device",
    );
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (names.length === 0)
    throw new TaskError("missing", root, "the suite has no tasks; expected one directory for each");
  const tasks = [];
  for (const name of names.sort()) tasks.push(await loadTask(join(root, name)));
  return { name: basename(root), directory: root, tasks };
}

/**
 * The directory of a suite given by the name of a bundled one (`starter`) or by a path; bundled names go first, so a
 * directory of the same name is meant by `./starter`. Throws `TaskError` `missing` listing the bundled names.
 */
export async function resolveSuite(nameOrPath: string): Promise<string> {
  const bundled = await bundledSuites();
  if (bundled.includes(nameOrPath)) return join(BUNDLED, nameOrPath);
  if (nameOrPath !== "" && (await isThere(resolve(nameOrPath)))) return resolve(nameOrPath);
  const known = bundled.join(", ") || "none";
  throw new TaskError(
    "missing",
    nameOrPath,
    `is neither a bundled suite (${known}) nor a directory of tasks`,
  );
}

/** Names of the suites that come with evolver, sorted. */
export async function bundledSuites(): Promise<readonly string[]> {
  const entries = await readdir(BUNDLED, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** A suite's own directory may be reached through a link: the caller chose it. */
async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
