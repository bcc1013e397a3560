import type { Connection } from "./connection.ts";
import { type Sandbox, SandboxError, type SandboxOptions } from "./contract.ts";
import { createModelBridge } from "./model-bridge.ts";
import { copyIn, copyOut, type Operation, runCommand } from "./operations.ts";
import { framesOf, sender } from "./relay/channel.ts";
import { type Frame, ProtocolError } from "./relay/frames.ts";

/** From an engine's connection to the relay's first frame. */
const START_MS = 60_000;
/** Time for copying in or out; both are capped in size. */
const COPY_MS = 120_000;
/** The relay enforces a command's time-out; this much later the host stops waiting and ends the sandbox. */
const GRACE_MS = 10_000;

/**
 * The sandbox at the other end of a connection, the same for every engine. Resolves when the relay is ready and the
 * workspace holds its files; on failure the connection is killed. Throws `SandboxError`.
 */
export async function openSession(
  connection: Connection,
  options: Pick<SandboxOptions, "workspace" | "files" | "model" | "signal">,
): Promise<Sandbox> {
  const { id } = connection;
  const { workspace, files, model, signal } = options;
  const send = sender(connection.outgoing);
  const bridge = model && createModelBridge(model, send);
  const ready = Promise.withResolvers<true>();
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});
  let end: SandboxError | undefined;
  let current: { readonly stream: number; readonly receive: (frame: Frame) => void } | undefined;
  let lastStream = -1;

  const finish = (error: SandboxError) => {
    if (end !== undefined) return;
    end = error;
    signal?.removeEventListener("abort", abort);
    bridge?.close();
    ended.reject(error);
    void connection.kill();
  };
  const abort = () => finish(new SandboxError("aborted", `sandbox ${id} was stopped: ${signal?.reason}`));

  const dispatch = (frame: Frame) => {
    if (frame.type === "ready") ready.resolve(true);
    else if (frame.stream % 2 === 0 && bridge !== undefined) bridge.receive(frame);
    else if (frame.stream === current?.stream) current.receive(frame);
    else throw new ProtocolError(`${frame.type} frame for stream ${frame.stream}, which is not open`);
  };
  const pump = async () => {
    try {
      for await (const frame of framesOf(connection.incoming)) {
        // Once it is over the rest is only drained, until the end of the stream shows that the relay is gone.
        if (end !== undefined) continue;
        try {
          dispatch(frame);
        } catch (error) {
          throw error instanceof ProtocolError ? error : new ProtocolError(`${error}`, { cause: error });
        }
      }
    } catch (error) {
      if (error instanceof ProtocolError) {
        const message = `sandbox ${id} broke the relay's protocol: ${error.message}`;
        finish(new SandboxError("ended", message, { cause: error }));
      }
    }
    if (end === undefined) finish(await connection.explainEnd());
  };

  const within = async <T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> => {
    const late = () =>
      finish(new SandboxError("ended", `sandbox ${id}: ${what} took more than ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    try {
      return await Promise.race([work, ended.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
  const perform = async <T>(operation: Operation<T>, timeoutMs: number, what: string): Promise<T> => {
    if (current !== undefined)
      throw new Error(`sandbox ${id}: ${what} was called before the last call ended`);
    if (end !== undefined) throw end;
    lastStream += 2;
    const result = Promise.withResolvers<T>();
    current = {
      stream: lastStream,
      receive: (frame) => {
        try {
          const value = operation.receive(frame);
          if (value !== undefined) result.resolve(value);
        } catch (error) {
          if (!(error instanceof SandboxError)) throw error;
          result.reject(error);
        }
      },
    };
    const stream = lastStream;
    try {
      const [value] = await within(
        Promise.all([result.promise, operation.begin(send, stream)]),
        timeoutMs,
        what,
      );
      return value;
    } finally {
      current = undefined;
    }
  };

  connection.outgoing.on("error", () => {});
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  void pump();

  const sandbox: Sandbox = {
    id,
    run: async (command) => {
      const startedAt = performance.now();
      const operation = runCommand({ cwd: workspace, ...command });
      const limitMs = command.timeoutMs + GRACE_MS;
      try {
        return await perform(operation, limitMs, `running ${command.argv[0]}`);
      } catch (error) {
        const late =
          error instanceof SandboxError && error.code === "ended" && performance.now() - startedAt >= limitMs;
        if (late) return operation.expired();
        throw error;
      }
    },
    copyIn: async (directory, content) => {
      await perform(copyIn(directory, content), COPY_MS, "copying in");
    },
    copyOut: (directory, limits) => perform(copyOut(directory, limits), COPY_MS, "copying out"),
    stop: async () => {
      finish(new SandboxError("aborted", `sandbox ${id} has been stopped`));
      await connection.kill();
    },
  };
  try {
    await within(ready.promise, START_MS, "starting");
    if (files !== undefined) await sandbox.copyIn(workspace, files);
    return sandbox;
  } catch (error) {
    await sandbox.stop();
    const early = error instanceof SandboxError && error.code === "ended";
    // No untrusted code has run yet.
    throw early ? new SandboxError("engine", `${error.message} (while starting)`, { cause: error }) : error;
  }
}
