import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";

/** Whether a Docker engine answers at DOCKER_HOST or the usual socket. Never throws. */
export async function dockerAnswers(): Promise<boolean> {
  try {
    await new Docker({ timeout: 5000 }).ping();
    return true;
  } catch {
    return false;
  }
}

/** The ids, shortened, of all containers which carry evolver's label, running or not. */
export async function evolverContainers(): Promise<readonly string[]> {
  const containers = await new Docker().listContainers({ all: true, filters: { label: ["evolver"] } });
  return containers.map(({ Id }) => Id.slice(0, 12));
}

/**
 * The containers of evolver's which `before` does not hold and which are still there after a while: those of a campaign
 * that runs beside the tests come and go.
 */
export async function containersLeft(
  before: readonly string[],
  patienceMs = 15_000,
): Promise<readonly string[]> {
  const giveUpAt = Date.now() + patienceMs;
  let left = (await evolverContainers()).filter((container) => !before.includes(container));
  while (left.length > 0 && Date.now() < giveUpAt) {
    await sleep(500);
    const now = await evolverContainers();
    left = left.filter((container) => now.includes(container));
  }
  return left;
}
