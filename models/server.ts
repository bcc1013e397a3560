import OpenAI, { APIError } from "openai";
import PQueue from "p-queue";
import type { ServerRecord } from "./blame.ts";
import type { Endpoint, Price, Role, RunContext } from "./contract.ts";
import { connectionProblem } from "./failure.ts";
import { createPatientFetch } from "./patient-fetch.ts";
import { createRedact, type Redact } from "./secrets.ts";
import { createSimulatedModel } from "./simulated/server.ts";

/** The server behind an endpoint, with its queue. */
export type Server = {
  readonly description: { readonly model: string; readonly simulated: boolean; readonly baseUrl?: string };
  readonly price: Price | undefined;
  readonly queue: PQueue;
  /** For a whole call, once it has left the queue. */
  readonly timeoutMs: number;
  readonly redact: Redact;
  readonly record: ServerRecord;
  /** Fields for every request, such as `temperature`; they go before the agent's. */
  readonly request: Readonly<Record<string, unknown>>;
  client(context: RunContext | undefined): OpenAI;
};

/** The longest a timer runs: 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Prepares the way to an endpoint; nothing is sent before the first request. */
export function connect(endpoint: Endpoint, maxRetries: number): Server {
  if (endpoint.kind === "simulated") {
    const answer = createSimulatedModel({ skill: endpoint.skill });
    return {
      description: { model: `simulated-${endpoint.skill}`, simulated: true },
      price: { promptUsd: 0, completionUsd: 0 },
      queue: new PQueue(),
      timeoutMs: LONGEST_MS,
      redact: createRedact(undefined, ""),
      // It is known to work.
      record: { successes: 1, failures: new Map() },
      request: {},
      client: (context) =>
        new OpenAI({
          baseURL: "http://simulated.invalid/v1",
          apiKey: "none",
          maxRetries: 0,
          fetch: (input, init) => answer(new Request(input, init), context ?? IDLE),
        }),
    };
  }
  const redact = createRedact(endpoint.apiKey, endpoint.baseUrl);
  const client = new OpenAI({
    baseURL: endpoint.baseUrl,
    apiKey: endpoint.apiKey ?? "none",
    organization: null,
    project: null,
    // Ours is the limit: the client's own is for the first byte only, and it tries again after it.
    timeout: LONGEST_MS,
    maxRetries,
    fetch: createPatientFetch(),
  });
  return {
    description: { model: endpoint.model, simulated: false, baseUrl: redact(endpoint.baseUrl) },
    price: endpoint.price,
    queue: new PQueue({ concurrency: endpoint.concurrency }),
    timeoutMs: Math.min(endpoint.timeoutMs, LONGEST_MS),
    redact,
    record: { successes: 0, failures: new Map() },
    request: endpoint.request ?? {},
    client: () => client,
  };
}

const IDLE: RunContext = { seed: "idle", kind: "solve", reference: undefined, difficulty: undefined };

/** Undefined when the role's server answers, else what is wrong and what to do. */
export async function probe(role: Role, endpoint: Endpoint, server: Server): Promise<string | undefined> {
  if (endpoint.kind === "simulated") return undefined;
  try {
    await server.client(undefined).models.list({ maxRetries: 0, timeout: 10_000 });
    return undefined;
  } catch (error) {
    // A server without /models may still answer chats; only a refusal to talk at all is a finding.
    if (
      error instanceof APIError &&
      error.status !== undefined &&
      error.status !== 401 &&
      error.status !== 403
    )
      return undefined;
    const cause = server.redact(connectionProblem(error));
    return (
      `the ${role} model "${endpoint.model}" at ${server.description.baseUrl} can't be used: ${cause}. Start the ` +
      `server, or change base_url in [models.${role}]`
    );
  }
}
