import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** What a run leaves below `runs/<run>/`, compressed. */
export type RunFile =
  | "transcript.log"
  | "patch.diff"
  | "grader.log"
  | "calls.jsonl"
  | "evidence.json"
  | "admission.log";

/** The directory of one run; it is not made before something is written. */
function runDirectory(campaign: string, run: string): string {
  return join(campaign, "runs", run);
}

/** Writes a file of a run at once or not at all. */
export function writeRunFile(
  campaign: string,
  run: string,
  name: RunFile,
  content: Uint8Array | string,
): void {
  const directory = runDirectory(campaign, run);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${name}.gz`);
  writeFileSync(`${path}.part`, gzipSync(content));
  renameSync(`${path}.part`, path);
}

/** The content of a run's file; undefined when the run left none. */
export function readRunFile(campaign: string, run: string, name: RunFile): string | undefined {
  const path = join(runDirectory(campaign, run), `${name}.gz`);
  return existsSync(path) ? gunzipSync(readFileSync(path)).toString("utf8") : undefined;
}
