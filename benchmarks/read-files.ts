import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FileEntry, Files } from "../sandbox/contract.ts";
import { TaskError } from "./task-error.ts";

/** What one directory of a task may hold. */
export type ReadLimits = {
  readonly maxFiles: number;
  readonly maxBytes: number;
  /** A file or directory of this name is left out, wherever it is. */
  readonly except?: string;
};

const TASK_LIMITS: ReadLimits = { maxFiles: 5_000, maxBytes: 64 * 1024 * 1024 };
const MAX_PATH_BYTES = 1_000;

/**
 * All regular files below a directory, sorted by path; an empty map when there is no such directory. Never follows a
 * link. Throws `TaskError` `refused` for anything but regular files and directories, for names that are not plain
 * UTF-8, and for more than `limits`.
 */
export async function readFiles(directory: string, limits: ReadLimits = TASK_LIMITS): Promise<Files> {
  const found: [string, FileEntry][] = [];
  let bytes = 0;
  const walk = async (prefix: string): Promise<void> => {
    for (const entry of await readdir(join(directory, prefix), { withFileTypes: true })) {
      if (entry.name === limits.except) continue;
      const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
      checkName(directory, path, entry.name);
      if (entry.isDirectory()) {
        await walk(path);
        continue;
      }
      if (found.length >= limits.maxFiles) {
        throw new TaskError(
          "refused",
          directory,
          `holds more than ${limits.maxFiles} files; remove what the task doesn't need`,
        );
      }
      const file = await readRegularFile(join(directory, path), limits.maxBytes - bytes);
      bytes += file.content.length;
      found.push([path, file]);
    }
  };
  if (await isDirectory(directory)) await walk("");
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * One regular file of at most `maxBytes`. Throws `TaskError`: `missing` when it isn't there, `refused` when it is
 * something else or larger.
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<FileEntry> {
  // Without O_NONBLOCK, opening a named pipe would wait for its writer for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT")
      throw new TaskError("missing", path, "expected a file, found nothing", { cause: error });
    const what =
      error.code === "ELOOP"
        ? "is a symbolic link; put a copy of the file there"
        : `can't be opened (${error.code})`;
    throw new TaskError("refused", path, what, { cause: error });
  });
  try {
    const status = await handle.stat();
    if (!status.isFile())
      throw new TaskError("refused", path, "expected a regular file, found something else");
    if (status.size > maxBytes) {
      throw new TaskError(
        "refused",
        path,
        `has ${status.size} bytes, at most ${maxBytes} are left for this part of the task`,
      );
    }
    return { content: await handle.readFile(), executable: (status.mode & 0o100) !== 0 };
  } finally {
    await handle.close();
  }
}

/** Whether a directory is there. Throws `TaskError` `refused` when something else has its name. */
export async function isDirectory(path: string): Promise<boolean> {
  const status = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (status === undefined) return false;
  if (!status.isDirectory())
    throw new TaskError("refused", path, "expected a directory, found a link or a file");
  return true;
}

function checkName(directory: string, path: string, name: string): void {
  // U+FFFD is what Node makes of bytes that are not UTF-8.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f\\\ufffd]/.test(name) || Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new TaskError(
      "refused",
      directory,
      `file name ${JSON.stringify(path)}: expected plain UTF-8 without control characters and backslashes, at most ${MAX_PATH_BYTES} bytes`,
    );
  }
}
