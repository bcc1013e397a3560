import type { Task } from "../benchmarks/task.ts";
import { chooseEngine } from "../sandbox/choose-engine.ts";
import type { Engine, PreparedImage } from "../sandbox/contract.ts";

/** The engine a campaign asks for, ready to work. Throws `SandboxError` `engine` saying what to install. */
export function engineFor(name: "auto" | "docker" | "bubblewrap"): Promise<Engine> {
  return chooseEngine(name);
}

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
