#!/usr/bin/env node
/**
 * Starts evolver on Node 24 or newer. On an older Node (whose native modules and type stripping would fail) it runs
 * again on the binary which the package "node" brings, handing on signals and the exit code. Plain JavaScript that any
 * Node from 12 on can read.
 */
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const NEEDED = 24;
const packageRoot = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
// A published package holds dist/ and no sources: Node strips no types under node_modules.
const source = join(packageRoot, "cli", "main.ts");
const main = existsSync(source) ? source : join(packageRoot, "dist", "cli", "main.js");

if (major(process.versions.node) >= NEEDED) await import(pathToFileURL(main).href);
else runOn(findNode());

/** @param {string} version */
function major(version) {
  return Number.parseInt(version, 10);
}

function findNode() {
  for (let directory = packageRoot; ; directory = dirname(directory)) {
    const candidate = join(directory, "node_modules", "node", "bin", "node");
    if (existsSync(candidate)) return candidate;
    if (directory === dirname(directory)) return undefined;
  }
}

/** @param {string | undefined} node */
function runOn(node) {
  if (node === undefined || process.env.EVOLVER_RELAUNCHED === "1") {
    process.stderr.write(
      `evolver: needs Node ${NEEDED} or newer, this is ${process.version}, and the package "node" which should bring it ` +
        `is not installed below ${packageRoot} or too old; install Node ${NEEDED}, or run npm install again with ` +
        "install scripts allowed\n",
    );
    process.exitCode = 3;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, EVOLVER_RELAUNCHED: "1" },
  });
  // From a terminal Ctrl-C reaches the child twice; it takes two at once for one, as npm run does the same.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
    process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`evolver: ${node} does not run: ${error.message}\n`);
    process.exitCode = 3;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exitCode = code;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}
