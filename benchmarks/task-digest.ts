import { createHash } from "node:crypto";
import type { Files } from "../sandbox/contract.ts";
import type { Task } from "./task.ts";

/** Hex SHA-256 over everything a task says: the same on every machine, different when anything in it changes. */
export function taskDigest(task: Omit<Task, "digest">): string {
  return sha256(canonical(task));
}

/** JSON with sorted keys; file trees become sorted lists of path, executable bit and content digest. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Map) return listed(part);
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function listed(files: Files): unknown {
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, file]) => [path, file.executable, sha256(file.content)]);
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
