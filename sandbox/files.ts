import { createHash } from "node:crypto";
import { type FileEntry, type Files, SandboxError } from "./contract.ts";

/**
 * Says what is wrong with a path inside a tree of files, or undefined when nothing is: it must be relative, normalised,
 * with `/` between its parts, free of control characters, at most 4095 bytes long, 255 bytes a part.
 */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.startsWith("/")) return "is absolute";
  if (!path.isWellFormed()) return "is not valid Unicode";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return "has a control character";
  if (Buffer.byteLength(path) > 4095) return "is longer than 4095 bytes";
  for (const part of path.split("/")) {
    if (part === "" || part === "." || part === "..") return `has the part "${part}"`;
    if (Buffer.byteLength(part) > 255) return "has a part longer than 255 bytes";
  }
  return undefined;
}

/** The path in raw bytes, as text. Throws `SandboxError` `refused` when it isn't UTF-8 or breaks `pathProblem`. */
export function pathFromBytes(bytes: Uint8Array): string {
  let path: string;
  try {
    path = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new SandboxError("refused", `a file name is not UTF-8: ${Buffer.from(bytes).toString("latin1")}`, {
      cause: error,
    });
  }
  const problem = pathProblem(path);
  if (problem !== undefined)
    throw new SandboxError("refused", `file name ${JSON.stringify(path)} ${problem}`);
  return path;
}

/**
 * The same files sorted by path, checked: every path is fine and none is both a file and a directory.
 * Throws `SandboxError` `refused`.
 */
export function checkedFiles(files: Files): ReadonlyMap<string, FileEntry> {
  const sorted = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const path of sorted.keys()) {
    const problem = pathProblem(path);
    if (problem !== undefined)
      throw new SandboxError("refused", `file name ${JSON.stringify(path)} ${problem}`);
    for (const directory of parents(path)) {
      if (sorted.has(directory))
        throw new SandboxError("refused", `${directory} is both a file and a directory`);
    }
  }
  return sorted;
}

/** Every directory the paths need, parents before children. */
export function directoriesOf(paths: Iterable<string>): readonly string[] {
  return [...new Set([...paths].flatMap(parents))].sort();
}

/** Directory entries at the top of a tree. */
export function topEntries(files: Files): number {
  return new Set([...files.keys()].map((path) => path.split("/")[0])).size;
}

/** SHA-256 over names, modes and contents, hexadecimal; the order of the map doesn't matter. */
export function filesDigest(files: Files): string {
  const hash = createHash("sha256");
  for (const [path, { content, executable }] of checkedFiles(files)) {
    hash.update(JSON.stringify([path, executable, content.length])).update(content);
  }
  return hash.digest("hex");
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
