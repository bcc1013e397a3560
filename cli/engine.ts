import { resolve } from "node:path";
import type { Task } from "../benchmarks/task.ts";
import type { Gateway } from "../models/contract.ts";
import { chooseEngine } from "../sandbox/choose-engine.ts";
import type { Engine, EngineName, PreparedImage } from "../sandbox/contract.ts";

/**
 * The engine a campaign asks for, ready to work. `hide` are directories of the host which no sandbox may see even where
 * it sees what is around them: the project, suites, campaigns. Throws `SandboxError` `engine` saying what to install.
 */
export function engineFor(name: "auto" | EngineName, hide: readonly string[]): Promise<Engine> {
  return chooseEngine(name, { hide: [PROJECT, ...hide] });
}

import { ROLES } from "./models.ts";

const PROJECT = resolve(import.meta.dirname, "..");

export type PreparedImages = {
  /** The image in which agents work on their own code. */
  readonly base: PreparedImage;
  /** By task id. */
  readonly tasks: ReadonlyMap<string, PreparedImage>;
};

/** Builds or fetches every image before work begins. Throws `SandboxError` `image`. */
export async function prepareImages(
  engine: Engine,
  tasks: readonly Task[],
  progress: (line: string) => void,
): Promise<PreparedImages> {
  const base = await engine.prepareImage({ kind: "base" }, progress);
  const prepared = new Map<string, PreparedImage>();
  for (const task of tasks) prepared.set(task.id, await engine.prepareImage(task.image, progress));
  return { base, tasks: prepared };
}

/** Undefined when the engine and every role's model answer, else what is wrong. */
export async function whatIsAway(engine: Engine, gateway: Gateway): Promise<string | undefined> {
  try {
    await engine.describe();
  } catch (error) {
    return (error as Error).message;
  }
  const problems = await Promise.all(ROLES.map((role) => gateway.probe(role)));
  return problems.find((problem) => problem !== undefined);
}
