import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { syncDirectory, writeDurably } from "./write-durably.ts";

/** What a run leaves below `runs/<run>/`, compressed. */
export type RunFile =
  | "transcript.log"
  | "patch.diff"
  | "grader.log"
  | "calls.jsonl"
  | "evidence.json"
  | "admission.log";

/** Writes a file of a run at once or not at all. */
export function writeRunFile(
  campaign: string,
  run: string,
  name: RunFile,
  content: Uint8Array | string,
): void {
  const path = runFile(campaign, run, name);
  const made = mkdirSync(dirname(path), { recursive: true });
  writeDurably(path, gzipSync(content));
  if (made !== undefined) syncDirectory(dirname(made));
}

/** The content of a run's file; undefined when the run left none. Throws what the file system or zlib throws. */
export function readRunFile(campaign: string, run: string, name: RunFile): string | undefined {
  const path = runFile(campaign, run, name);
  return existsSync(path) ? gunzipSync(readFileSync(path)).toString("utf8") : undefined;
}

/** Like `readRunFile`, but undefined for a file that can't be read, too: lost evidence must not stop a campaign. */
export function findRunFile(campaign: string, run: string, name: RunFile): string | undefined {
  try {
    return readRunFile(campaign, run, name);
  } catch {
    return undefined;
  }
}

/** The directory of a run is not made before something is written. */
function runFile(campaign: string, run: string, name: RunFile): string {
  return join(campaign, "runs", run, `${name}.gz`);
}
