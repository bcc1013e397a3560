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
