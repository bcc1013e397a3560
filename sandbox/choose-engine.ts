import { type BubblewrapOptions, createBubblewrapEngine } from "./bubblewrap/engine.ts";
import { type Engine, type EngineName, SandboxError } from "./contract.ts";
import { createDockerEngine } from "./docker/engine.ts";

/**
 * The engine that was asked for, found to answer; `auto` takes Docker where it does, else bubblewrap.
 * Throws `SandboxError` `engine` saying what to install.
 */
export async function chooseEngine(
  wanted: "auto" | EngineName,
  options: BubblewrapOptions = {},
): Promise<Engine> {
  const engines: Record<EngineName, () => Engine> = {
    docker: createDockerEngine,
    bubblewrap: () => createBubblewrapEngine(options),
  };
  const names: readonly EngineName[] = wanted === "auto" ? ["docker", "bubblewrap"] : [wanted];
  const reasons: string[] = [];
  for (const name of names) {
    const engine = engines[name]();
    try {
      await engine.describe();
      return engine;
    } catch (error) {
      if (names.length === 1) throw error;
      reasons.push((error as Error).message);
    }
  }
  const advice = "install and start Docker (docker.io), or install bubblewrap";
  throw new SandboxError("engine", `no sandbox engine: ${advice}. ${reasons.join(". ")}`);
}
