import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file at once or not at all, and on disk when it returns: after a crash or a power cut there is the old content
 * or the new, never half of it and never an empty file.
 */
export function writeDurably(path: string, content: Uint8Array | string): void {
  const part = `${path}.part`;
  writeFileSync(part, content, { flush: true });
  renameSync(part, path);
  syncDirectory(dirname(path));
}

/** Names in a directory survive a power cut only once the directory itself is on disk. */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
