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
