import type PQueue from "p-queue";

/**
 * Waits for a place in a queue; resolves to what gives the place back. Rejects when `signal` aborts first; an abort
 * later gives the place back, too.
 */
export function takePlace(queue: PQueue, signal: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const left = Promise.withResolvers<void>();
    const hold = () => {
      resolve(left.resolve);
      return left.promise;
    };
    queue.add(hold, { signal }).catch(reject);
  });
}
