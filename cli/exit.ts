import { ArchiveError, damaged, isDamage } from "../archive/database.ts";
import { TaskError } from "../benchmarks/task-error.ts";
import { ManifestError } from "../evolver/agent.ts";
import { ConfigError } from "../evolver/config.ts";
import { LineageError } from "../evolver/lineage.ts";
import { SandboxError } from "../sandbox/contract.ts";

/** What the process says to its caller; documented in docs/cli.md. */
export const EXIT = { done: 0, failed: 1, usage: 2, environment: 3, archive: 4, interrupted: 130 } as const;

/** What the user asked for can't be done as asked; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "usage";
}

/** Something outside evolver is missing or broken: an engine, a model's server. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  readonly code = "environment";
}

/** The exit code which belongs to an error. */
export function exitCode(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError) return EXIT.usage;
  if (error instanceof TaskError || error instanceof ManifestError) return EXIT.usage;
  if (error instanceof EnvironmentError) return EXIT.environment;
  if (error instanceof ArchiveError) return error.code === "missing" ? EXIT.usage : EXIT.archive;
  if (isDamage(error) || error instanceof LineageError) return EXIT.archive;
  if (error instanceof SandboxError) return error.code === "aborted" ? EXIT.interrupted : EXIT.environment;
  return EXIT.failed;
}

/** One clear message; the stack only for what is a bug of ours. */
export function describeError(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  if (isDamage(error) || error instanceof LineageError)
    return describeError(damaged("archive.db", error), verbose);
  if (exitCode(error) !== EXIT.failed && !verbose) return error.message;
  return verbose
    ? (error.stack ?? error.message)
    : `${error.message}\nRun again with --verbose to see where it happened.`;
}
