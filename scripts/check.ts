/** `npm run check`: lint and format, types, import rules, dead code. Exit code 0 when all four are clean, else 1. */
import { dirname, join } from "node:path";
import { checkImportRules } from "./check-import-rules.ts";
import { runTool } from "./run-tool.ts";

const root = dirname(import.meta.dirname);

const checks: Readonly<Record<string, () => Promise<{ ok: boolean; output: string }>>> = {
  "lint and format (biome)": () => tool("@biomejs/biome/bin/biome", "check", "--colors=off"),
  "types (tsc)": () => tool("typescript/bin/tsc", "-p", "."),
  "import rules (dependency-cruiser)": () => checkImportRules(root),
  "dead code (knip)": () => tool("knip/bin/knip.js", "--no-progress"),
};

const outcomes = await Promise.all(
  Object.entries(checks).map(async ([name, check]) => {
    const startedAt = performance.now();
    const { ok, output } = await check();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${ok ? "ok    " : "FAILED"} ${name.padEnd(36)} ${seconds.padStart(5)} s`);
    return { name, ok, output };
  }),
);

for (const { name, output } of outcomes.filter(({ ok }) => !ok))
  console.log(`\n--- ${name}\n${output.trim()}`);
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;

function tool(program: string, ...args: readonly string[]) {
  return runTool(join(root, "node_modules", program), args, { cwd: root, timeoutMs: 180_000 });
}
