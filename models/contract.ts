/** What the campaign needs from models. Roles, budgets and the books are the same for real and simulated ones. */

/** The three jobs a model does in a campaign. */
export type Role = "solver" | "modifier" | "diagnoser";

/** Dollars for a million tokens. */
export type Price = { readonly promptUsd: number; readonly completionUsd: number };

/** Where a role's model is. `simulated` needs no server; everything else is an OpenAI-compatible one. */
export type Endpoint =
  | { readonly kind: "simulated"; readonly skill: number }
  | {
      readonly kind: "openai";
      readonly baseUrl: string;
      readonly model: string;
      /** Read on the host by the caller; never recorded, logged or sent anywhere but to `baseUrl`. */
      readonly apiKey: string | undefined;
      readonly price: Price | undefined;
      /** Requests in flight at once. */
      readonly concurrency: number;
      /** For a whole call once it has left the queue, retries and the last byte included. */
      readonly timeoutMs: number;
      /** Fields for every request, such as `temperature`; they go before the agent's. */
      readonly request?: Readonly<Record<string, unknown>>;
    };

/**
 * What one run may use; the first limit reached ends its model access. A request that failed counts with its estimated
 * prompt, which `Usage` and the books leave out because nobody was billed for it.
 */
export type RunBudget = { readonly calls: number; readonly tokens: number };

export type Usage = {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Undefined while any price is unknown: a cost that is not known is not zero. Simulated models cost 0. */
  readonly costUsd: number | undefined;
  /** Seconds of waiting for the model, queue included, summed over calls. */
  readonly modelSeconds: number;
};

/** One request to a model, as it is written into the books. */
export type ModelCall = {
  readonly run: string;
  /** 1, 2, ... within the run. */
  readonly sequence: number;
  readonly role: Role;
  readonly model: string;
  readonly simulated: boolean;
  readonly startedAt: string;
  readonly queuedMs: number;
  readonly durationMs: number;
  /** HTTP status given to the agent; 0 when no answer came. */
  readonly status: number;
  readonly streamed: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** True when the server sent no usage and the counts are our estimate (4 characters a token). */
  readonly estimated: boolean;
  readonly costUsd: number | undefined;
  readonly error: string | undefined;
};

/**
 * What the host knows about a run and tells the simulated model, never a real one and never a sandbox:
 * it needs the reference solution to play a model of a given skill.
 */
export type RunContext = {
  /** Stable across campaigns with the same seed, e.g. `7/solve/<agent tree>/<task>/<attempt>`. */
  readonly seed: string;
  readonly kind: "solve" | "self-improve" | "diagnose" | "admit";
  /** For `solve`: the task's reference files by workspace path, and its difficulty from 0 (easy) to 1 (hard). */
  readonly reference: ReadonlyMap<string, string> | undefined;
  readonly difficulty: number | undefined;
};

/**
 * Why a run has no more model access, or none that its result could rest on: its budget is used up, the server could
 * not be reached or broke off, or the server answered with an error that is its own.
 */
export type RunEnd = "over-budget" | "model-unreachable" | "model-error";

/** One run's access to a model. `handle` is what the sandbox's relay calls. */
export type RunModel = {
  handle(request: Request): Promise<Response>;
  usage(): Usage;
  /** Set once a call was refused for the budget, or failed for a reason that is not the agent's. */
  ended(): RunEnd | undefined;
  /** Human-readable reason belonging to `ended`. */
  reason(): string | undefined;
  /** Ends calls in flight and hands over the recording. Throws when the books of a call could not be written. */
  close(): Promise<void>;
};

export type OpenRun = {
  readonly run: string;
  readonly role: Role;
  readonly budget: RunBudget;
  readonly context: RunContext;
  /** Receives the recording, JSON lines, when the run closes. */
  readonly record: ((jsonLines: string) => void) | undefined;
  readonly signal: AbortSignal | undefined;
};

/** What the campaign opens its runs' access with; made by `createGateway`. */
export type Gateway = {
  /** One run's access; nothing else reaches a model. */
  open(run: OpenRun): RunModel;
  /** What serves each role, for people and for the archive. */
  describe(): Readonly<
    Record<Role, { readonly model: string; readonly simulated: boolean; readonly baseUrl?: string }>
  >;
  /** Undefined when the role's server answers, else what is wrong and what to do. */
  probe(role: Role): Promise<string | undefined>;
};
