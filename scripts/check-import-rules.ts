import { existsSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "./run-tool.ts";

const FOLDERS = [
  "agents",
  "archive",
  "benchmarks",
  "bin",
  "cli",
  "dashboard",
  "evolver",
  "models",
  "perf",
  "sandbox",
  "scripts",
  "tests",
];

type Cruise = {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly unknown[] }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
      readonly comment?: string;
    }[];
  };
};

/**
 * Holds the sources against .dependency-cruiser.mjs. Not ok as well when no TypeScript was read, which is how a missing
 * parser shows: no violation is then worth nothing. `project` is the directory whose folders are looked at.
 */
export async function checkImportRules(
  root: string,
  project: string = root,
): Promise<{ readonly ok: boolean; readonly output: string }> {
  const folders = FOLDERS.filter((folder) => existsSync(join(project, folder)));
  const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const args = ["--config", join(root, ".dependency-cruiser.mjs"), "--output-type", "json", ...folders];
  const { stdout, output } = await runTool(program, args, { cwd: project, timeoutMs: 180_000 });
  let cruise: Cruise;
  try {
    cruise = JSON.parse(stdout);
  } catch {
    return { ok: false, output };
  }
  const read = cruise.modules.filter(
    ({ source, dependencies }) => source.endsWith(".ts") && dependencies.length > 0,
  );
  if (read.length === 0) {
    return {
      ok: false,
      output: "dependency-cruiser read no TypeScript import at all; is @swc/core installed?",
    };
  }
  const { violations } = cruise.summary;
  const lines = violations.map(
    ({ from, to, rule, comment }) => `${from} -> ${to}: ${rule.name}${comment ? ` (${comment})` : ""}`,
  );
  return { ok: violations.length === 0, output: lines.join("\n") };
}
