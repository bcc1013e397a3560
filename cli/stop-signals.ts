const ONE_PRESS_MS = 500;

/**
 * Ctrl-C for long work: the first SIGINT or SIGTERM fires `drain` (start nothing new), the second fires `abort` as
 * well (end what runs), the third ends the process on the spot.
 */
export function stopSignals(say: (line: string) => void): {
  readonly drain: AbortSignal;
  readonly abort: AbortSignal;
  /** Gives the signals back to the process. */
  release(): void;
} {
  const [drain, abort] = [new AbortController(), new AbortController()];
  let last = Number.NEGATIVE_INFINITY;
  const onSignal = () => {
    // npm and launchers pass a terminal's Ctrl-C on a second time.
    if (performance.now() - last < ONE_PRESS_MS) return;
    last = performance.now();
    if (abort.signal.aborted) process.exit(130);
    if (drain.signal.aborted) {
      say("Stopping at once; what was running is tried again when you go on.");
      abort.abort(new Error("stopped by the user"));
      return;
    }
    say("Stopping: what runs comes to its end, nothing new starts. Again to stop at once.");
    drain.abort(new Error("stopped by the user"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    drain: drain.signal,
    abort: abort.signal,
    release() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

/**
 * Waits for work that can't be called back, until `signal` fires; undefined when it did. What the work came to does not
 * matter any more then: a terminal's Ctrl-C may have ended a part of it, too.
 */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const stopped = Promise.withResolvers<undefined>();
  const onAbort = () => stopped.resolve(undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([stopped.promise, work]);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    work.catch(() => undefined);
  }
}
