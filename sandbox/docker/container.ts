import type Docker from "dockerode";
import type { Connection } from "../connection.ts";
import { SandboxError } from "../contract.ts";
import { attachedOutput } from "./attached-output.ts";
import { dockerError, statusOf } from "./errors.ts";

/** Last bytes of the relay's standard error that are kept to explain its end. */
const ERROR_BYTES = 2000;
const END_MS = 5000;
/** How often the size of a writable root is looked at, where there is one. */
const WATCH_MS = 5000;

/**
 * Starts a container as specified, its relay attached. A writable root is watched against `diskMb`. Throws `SandboxError`; nothing is left behind then.
 */
export async function startContainer(
  docker: Docker,
  specification: Docker.ContainerCreateOptions,
  diskMb: number,
): Promise<Connection> {
  const id = specification.name ?? "";
  let container: Docker.Container;
  try {
    container = await docker.createContainer(specification);
  } catch (error) {
    throw dockerError(`creating the container ${id}`, error);
  }
  let removed: Promise<void> | undefined;
  let overDisk: SandboxError | undefined;
  let watch: NodeJS.Timeout | undefined;
  const kill = () => {
    clearInterval(watch);
    removed ??= remove(container);
    return removed;
  };
  const look = async () => {
    // The types don't know that a container can be asked for its size.
    const options = { size: true } as Docker.ContainerInspectOptions;
    const found: object = await container.inspect(options).catch(() => ({}));
    const { SizeRw } = found as { readonly SizeRw?: number };
    if (SizeRw === undefined || SizeRw <= diskMb * 2 ** 20) return;
    overDisk = new SandboxError("ended", `sandbox ${id} ended: it wrote more than ${diskMb} MiB to its root`);
    await kill();
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
    // Only tmpfs can be given a size; the layer of a container can't, with most of Docker's storage drivers.
    if (!specification.HostConfig?.ReadonlyRootfs) watch = setInterval(look, WATCH_MS).unref();
    const explainEnd = async () => overDisk ?? (await explain(container, id, lastWords));
    return { id, incoming, outgoing: stream, kill, explainEnd };
  } catch (error) {
    await kill();
    throw dockerError(`starting the container ${id}`, error);
  }
}

async function explain(container: Docker.Container, id: string, lastWords: string): Promise<SandboxError> {
  try {
    // The stream ends a moment before the container is known to have.
    const limit = new Promise((resolve) => setTimeout(resolve, END_MS).unref());
    await Promise.race([container.wait(), limit]);
    const { State } = await container.inspect();
    if (State.OOMKilled) return new SandboxError("ended", `sandbox ${id} ended: out of memory`);
    // Nothing inside can make the relay leave in peace: its line to the host was cut.
    const code = State.Running || State.ExitCode === 0 ? "engine" : "ended";
    const how =
      code === "engine" ? "the connection to its container was lost" : `exit code ${State.ExitCode}`;
    return new SandboxError(code, `sandbox ${id} ended: ${how} ${State.Error}${lastWords}`.trim());
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
