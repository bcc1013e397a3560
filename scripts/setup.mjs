/**
 * Makes a checkout ready to work: `node scripts/setup.mjs [demo|test]`. Without an argument only the dependencies are
 * looked after. It runs before node_modules exists, on any Node from 18 on: plain JavaScript, nothing imported but Node.
 * Exit codes: 0 ready, 2 wrong argument, 3 something is missing that it can't provide.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureDependencies } from "./setup/dependencies.mjs";
import { ensureAnySandbox, ensureTestEngines } from "./setup/engines.mjs";
import { SetupError } from "./setup/setup-error.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (/** @type {string} */ line) => process.stderr.write(`setup: ${line}\n`);

try {
  const goal = process.argv[2];
  if (goal !== undefined && goal !== "demo" && goal !== "test") {
    throw new SetupError(`expected no argument, "demo" or "test", got "${goal}"`, 2);
  }
  await ensureDependencies(root, say);
  if (goal === "demo") await ensureAnySandbox(say);
  if (goal === "test") await ensureTestEngines(say);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
