import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

// A complete small campaign: agents rewrite their own code, run in sandboxes, are graded by hidden tests, grow a tree.
const ROOT = join(import.meta.dirname, "..");
const CAMPAIGN = "campaigns/demo";
const EVALUATIONS = 80;
const WORKERS = 2;
const SEED = 7;

rmSync(join(ROOT, CAMPAIGN), { recursive: true, force: true });
heading(`A campaign of ${EVALUATIONS} evaluations on the starter suite, simulated model, ${WORKERS} workers`);
await evolver(
  "run",
  "--evaluations",
  String(EVALUATIONS),
  "--workers",
  String(WORKERS),
  "--seed",
  String(SEED),
  ...process.argv.slice(2),
);
heading("The lineage");
await evolver("tree");
heading("The best agents");
await evolver("best", "--limit", "3");
heading("What to try next");
process.stdout.write(`  npm run evolver -- show 1 -C ${CAMPAIGN}            an agent: what it changed, what it solved, why it was chosen
  npm run evolver -- diff 1 -C ${CAMPAIGN}            its code against its parent's
  npm run evolver -- log x1 -C ${CAMPAIGN}            how it was made
  npm run evolver -- replay 1 -C ${CAMPAIGN}          run it on the suite again
  git -C ${CAMPAIGN}/agents.git log --graph --oneline --all   the same tree, as git has it
  npm run evolver -- run -C ${CAMPAIGN} --evaluations 160     go on with it
  npm run evolver -- run -C campaigns/real --base-url http://127.0.0.1:8000/v1 --model <name>   with a real model
`);

function heading(text: string): void {
  process.stdout.write(`\n== ${text}\n\n`);
}

/** Runs a verb on the demo's campaign; its end other than 0 ends the demo the same way. */
async function evolver(verb: string, ...options: string[]): Promise<void> {
  const argv = [join(ROOT, "cli", "main.ts"), verb, "-C", CAMPAIGN, ...options];
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: "inherit" });
  // Ctrl-C goes to the whole group of the terminal; the verb decides how it ends, not we.
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  const code = await new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? 1)));
  process.off("SIGINT", ignore);
  if (code !== 0) process.exit(code);
}
