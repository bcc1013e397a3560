import { RetryError, type RetryOptions } from "./types.ts";

/** Calls an operation until it succeeds, with growing pauses. */
export async function retry<T>(operation: (attempt: number) => T | Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts = 5, base = 100, max = 10_000, signal } = options;
  check(Number.isInteger(attempts) && attempts >= 1, "attempts");
  check(Number.isFinite(base) && base >= 0, "base");
  check(Number.isFinite(max) && max >= 0, "max");
  const errors: unknown[] = [];
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await operation(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      if (options.retryable && !options.retryable(error)) throw error;
      errors.push(error);
      if (attempt >= attempts) throw new RetryError(errors);
      const ms = asked(error) ?? Math.min(max, base * 2 ** (attempt - 1));
      if (options.deadline !== undefined && options.now() + ms > options.deadline) throw new RetryError(errors);
      await pause(options.sleep(ms), signal);
    }
  }
}

/** The pause that the error itself asks for. */
function asked(error: unknown): number | undefined {
  const ms = (error as { retryAfterMs?: unknown } | null | undefined)?.retryAfterMs;
  return typeof ms === "number" && Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

async function pause(sleeping: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return sleeping;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    await Promise.race([sleeping, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function check(condition: boolean, name: string): void {
  if (!condition) throw new RangeError(`${name} is out of range`);
}
