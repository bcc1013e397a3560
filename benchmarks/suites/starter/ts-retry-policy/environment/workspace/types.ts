export type RetryOptions = {
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
  readonly attempts?: number;
  readonly base?: number;
  readonly max?: number;
  readonly deadline?: number;
  readonly retryable?: (error: unknown) => boolean;
  readonly signal?: AbortSignal;
};

export class RetryError extends Error {
  readonly attempts: number;
  readonly errors: readonly unknown[];

  constructor(errors: readonly unknown[]) {
    super(`gave up after ${errors.length} attempts`, { cause: errors.at(-1) });
    this.name = "RetryError";
    this.attempts = errors.length;
    this.errors = errors;
  }
}

/** A station that asks for patience. */
export class BusyError extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`busy for ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}
