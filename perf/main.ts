/**
 * `npm run perf -- <area> [--json]`: takes the measurements of `perf/<area>.ts` and prints them as a table, or as
 * `{"checks": [...]}`. Progress goes to standard error. Exit codes: 0 done, 1 a limit was missed, 2 no such area.
 */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Check } from "./check.ts";

/** What an area exports. */
type Measure = (progress: (line: string) => void) => Promise<readonly Check[]>;

const NOT_AREAS = ["main.ts", "check.ts"];

const areas = readdirSync(import.meta.dirname)
  .filter((file) => /^[a-z-]+[.]ts$/.test(file) && !NOT_AREAS.includes(file))
  .map((file) => file.slice(0, -".ts".length));

const { area, json } = readArguments();
if (area === undefined || !areas.includes(area)) {
  console.error(`perf: expected one area of ${areas.join(", ") || "(none yet)"}, got ${area ?? "nothing"}`);
  process.exitCode = 2;
} else {
  const { measure }: { measure: Measure } = await import(`./${area}.ts`);
  const checks = await measure((line) => console.error(line));
  console.log(json ? JSON.stringify({ checks }, undefined, 2) : table(checks));
  if (!checks.every(({ ok }) => ok)) process.exitCode = 1;
}

function readArguments(): { area: string | undefined; json: boolean } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { json: { type: "boolean" } },
    });
    return { area: positionals.length === 1 ? positionals[0] : undefined, json: values.json === true };
  } catch (error) {
    console.error(`perf: ${(error as Error).message}`);
    return { area: undefined, json: false };
  }
}

function table(checks: readonly Check[]): string {
  const rows = checks.map(({ name, value, unit, limit, ok, against }) => [
    ok ? "ok" : "MISSED",
    name,
    `${value.toPrecision(4)} ${unit}`,
    limit === null ? "" : `at most ${limit} ${unit}`,
    `against ${against}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}
