/**
 * `npm test [-- vitest arguments]`: the check, then every test. The last line of the output is always
 * `N passed, N failed, N skipped`; what fails outside a test (the check, a missing report, containers left behind,
 * no Docker where CI=true) counts as one failed each. Exit code 0 when nothing failed, else 1.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { containersLeft, dockerAnswers, evolverContainers } from "./docker-state.ts";
import { readTestReport } from "./test-report.ts";

const CHECK_MS = 5 * 60_000;
const TESTS_MS = 20 * 60_000;

const root = dirname(import.meta.dirname);
const scratch = mkdtempSync(join(tmpdir(), "evolver-test-"));
const reportFile = join(scratch, "report.json");
const startedAt = performance.now();
const troubles: string[] = [];

const docker = await dockerAnswers();
const containersBefore = docker ? await evolverContainers() : [];

console.log("== check: lint, types, import rules, dead code");
if ((await run("scripts/check.ts", [], CHECK_MS)) !== 0) troubles.push("the check failed (npm run check)");

console.log("\n== tests: unit, integration, end to end");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
const vitest = ["run", ...reporters, ...process.argv.slice(2)];
const exitCode = await run("node_modules/vitest/vitest.mjs", vitest, TESTS_MS);
const report = readTestReport(reportFile, root);
rmSync(scratch, { recursive: true, force: true });

if (report === undefined) troubles.push(`vitest ended with ${exitCode} and left no readable report`);
else if (exitCode !== 0 && report.failed === 0)
  troubles.push(`vitest ended with ${exitCode} though no test failed`);

if (docker) {
  const left = await containersLeft(containersBefore);
  if (left.length > 0)
    troubles.push(`containers were left behind: ${left.join(", ")} (npm run evolver -- clean)`);
} else if (process.env.CI === "true") troubles.push("no Docker engine answers, and CI=true requires one");

console.log();
for (const line of report?.skippedTests ?? []) console.log(`skipped: ${line}`);
if (!docker)
  console.log("Docker tests were skipped: no Docker engine answers. Start one, then run npm test again.");
for (const trouble of troubles) console.log(`failed: ${trouble}`);
console.log(`took ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes`);
const failed = (report?.failed ?? 0) + troubles.length;
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${report?.passed ?? 0} passed, ${failed} failed, ${report?.skipped ?? 0} skipped`);

/** Ends with the exit code, or the signal's name. A run over its time is killed. */
function run(program: string, args: readonly string[], timeoutMs: number): Promise<number | string> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const stop = () => {
    child.kill("SIGTERM");
    process.exit(1);
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => {
      process.off("SIGTERM", stop).off("SIGINT", stop);
      resolve(code ?? signal ?? "nothing");
    });
  });
}
