import type Docker from "dockerode";
import type { Connection } from "../connection.ts";
import { SandboxError } from "../contract.ts";
import { attachedOutput } from "./attached-output.ts";
import { dockerError, statusOf } from "./errors.ts";

/** Last bytes of the relay's standard error that are kept to explain its end. */
const ERROR_BYTES = 2000;

/** Starts a container as specified, its relay attached. Throws `SandboxError`; nothing is left behind then. */
export async function startContainer(
  docker: Docker,
  specification: Docker.ContainerCreateOptions,
): Promise<Connection> {
  const id = specification.name ?? "";
  let container: Docker.Container;
  try {
    container = await docker.createContainer(specification);
  } catch (error) {
    throw dockerError(`creating the container ${id}`, error);
  }
  let removed: Promise<void> | undefined;
  const kill = () => {
    removed ??= remove(container);
    return removed;
  };
  try {
    const stream = await container.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    });
    await container.start();
    let lastWords = "";
    const incoming = attachedOutput(stream as unknown as AsyncIterable<Uint8Array>, (chunk) => {
      lastWords = (lastWords + Buffer.from(chunk).toString()).slice(-ERROR_BYTES);
    });
    return {
      id,
      incoming,
      outgoing: stream,
      kill,
      explainEnd: () => explain(container, id, () => lastWords),
    };
  } catch (error) {
    await kill();
    throw dockerError(`starting the container ${id}`, error);
  }
}

async function explain(
  container: Docker.Container,
  id: string,
  lastWords: () => string,
): Promise<SandboxError> {
  try {
    const { State } = await container.inspect();
    const how = State.OOMKilled ? "out of memory" : `exit code ${State.ExitCode}`;
    return new SandboxError("ended", `sandbox ${id} ended: ${how}${State.Error} ${lastWords()}`.trim());
  } catch (error) {
    if (statusOf(error) === 404)
      return new SandboxError("ended", `sandbox ${id} was removed`, { cause: error });
    return dockerError(`asking why the sandbox ${id} ended`, error);
  }
}

/** A few attempts, because removing can collide with a container that is just ending; `clean` finds what is left. */
async function remove(container: Docker.Container): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await container.remove({ force: true, v: true });
      return;
    } catch (error) {
      if (statusOf(error) === 404) return;
      await new Promise((resolve) => setTimeout(resolve, 100 * (attempt + 1)));
    }
  }
}
