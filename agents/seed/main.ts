import { check } from "./check.ts";
import { solve } from "./loop.ts";
import { readTask } from "./task.ts";

/** 0: the model says the work is done. 3: a limit ended it early, the work so far stands. 1 (uncaught): a fault. */
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes("--check")) {
    await check();
    console.log("check: ok");
    return 0;
  }
  const { EVOLVER_TASK, OPENAI_BASE_URL, OPENAI_API_KEY = "none", OPENAI_MODEL } = process.env;
  if (!EVOLVER_TASK || !OPENAI_BASE_URL || !OPENAI_MODEL) {
    throw new Error(
      "EVOLVER_TASK, OPENAI_BASE_URL and OPENAI_MODEL must be set: evolver does so when it starts an agent",
    );
  }
  const model = { baseUrl: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY, model: OPENAI_MODEL };
  const stop = await solve(readTask(EVOLVER_TASK), model, console.log);
  console.log(`stop: ${stop.reason}, ${stop.detail}`);
  return stop.reason === "answered" ? 0 : 3;
}
