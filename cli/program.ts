import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { benchCommand } from "./bench.ts";
import { bestCommand } from "./best.ts";
import { checkoutCommand } from "./checkout.ts";
import { cleanCommand } from "./clean.ts";
import { diffCommand } from "./diff.ts";
import { doctorCommand } from "./doctor.ts";
import { describeError, EXIT, exitCode } from "./exit.ts";
import { initCommand } from "./init.ts";
import { logCommand } from "./log.ts";
import { printable } from "./printable.ts";
import { replayCommand } from "./replay.ts";
import { runCommand } from "./run.ts";
import { showCommand } from "./show.ts";
import { statusCommand } from "./status.ts";
import { treeCommand } from "./tree.ts";

/** The command line: one verb a file. */
export function createProgram(): Command {
  const program = new Command("evolver")
    .exitOverride()
    .description("Grows an archive of coding agents that rewrite their own code.")
    .version(version())
    .option("--verbose", "show where an error happened")
    .showHelpAfterError('("evolver <verb> --help" has examples)')
    .addHelpText(
      "after",
      `
Examples:
  evolver run -C campaigns/first --evaluations 60 --workers 2   begin a campaign, or go on with it
  evolver tree -C campaigns/first                               the lineage
  evolver best -C campaigns/first                               agents, best first
  evolver show 3 -C campaigns/first                             one agent: what it changed and what it solved
  evolver replay 3 -C campaigns/first                           run one agent on the suite again

Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 environment not ready,
            4 archive damaged or locked, 130 interrupted`,
    );
  for (const command of [
    initCommand(),
    runCommand(),
    statusCommand(),
    treeCommand(),
    showCommand(),
    diffCommand(),
    logCommand(),
    checkoutCommand(),
    bestCommand(),
    replayCommand(),
    benchCommand(),
    doctorCommand(),
    cleanCommand(),
  ]) {
    program.addCommand(command);
  }
  for (const command of program.commands) settle(command, program);
  return program;
}

/** Turns every error of a verb into one message and its exit code. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv, { from: "user" });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    process.stderr.write(`evolver: ${printable(describeError(error, program.opts().verbose === true))}\n`);
    return exitCode(error);
  }
}

function settle(command: Command, program: Command): void {
  command.exitOverride().copyInheritedSettings(program);
  for (const inner of command.commands) settle(inner, program);
}

function version(): string {
  return JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;
}
