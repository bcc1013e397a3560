/** Where the campaign stands with an engine or a model that is away. */
export type TroubleNow = {
  /** The latest infrastructure error. */
  readonly reason: string;
  /** How long to wait before the next try. */
  readonly pauseSeconds: number;
  readonly minutes: number;
  /** Patience has run out. */
  readonly givenUp: boolean;
};

const MAX_PAUSE_SECONDS = 60;

/**
 * The circuit breaker: counts waves of infrastructure errors, not errors, because one outage ends all runs in flight.
 * Pauses grow from 1 s to 60 s with every wave; after `patienceMs` without a success the campaign gives up.
 */
export function createTrouble(patienceMs: number, clock: () => number = () => performance.now()) {
  let trouble: { since: number; wave: number; latest: number; reason: string } | undefined;
  return {
    /** A run that began at `startedAt` ended with an infrastructure error, or a check found one. */
    report(reason: string, startedAt: number): void {
      const at = clock();
      if (trouble === undefined) trouble = { since: at, wave: 1, latest: at, reason };
      // Runs which began before the latest error tell of the same outage.
      else if (startedAt > trouble.latest)
        trouble = { ...trouble, wave: trouble.wave + 1, latest: at, reason };
    },
    /** A run ended as it should. */
    over(): void {
      trouble = undefined;
    },
    /** Undefined when all is well. */
    now(): TroubleNow | undefined {
      if (trouble === undefined) return undefined;
      const elapsed = clock() - trouble.since;
      return {
        reason: trouble.reason,
        pauseSeconds: Math.min(2 ** (trouble.wave - 1), MAX_PAUSE_SECONDS),
        minutes: Math.round(elapsed / 60_000),
        givenUp: elapsed > patienceMs,
      };
    },
  };
}
