import PQueue from "p-queue";
import { type Answered, ask, type Question } from "./ask.ts";
import { blame } from "./blame.ts";
import type { ModelCall, OpenRun, Price, RunEnd, RunModel, Usage } from "./contract.ts";
import { estimateTokens, type TokenCount } from "./count-tokens.ts";
import { errorResponse } from "./error-response.ts";
import { takePlace } from "./place.ts";
import { openRecording } from "./recording.ts";
import type { Server } from "./server.ts";

const MAX_REQUEST_CHARACTERS = 16 * 1024 * 1024;
/** Requests of one run which the server works on or whose answers it has not read; more of them wait in the run. */
const MAX_IN_FLIGHT = 8;

/** Opens one run's access to a model; `onCall` is told of every request when it has ended. */
export function openRun(options: OpenRun, server: Server, onCall: (call: ModelCall) => void): RunModel {
  const { run, role, budget, context } = options;
  const client = server.client(context);
  const recording = openRecording();
  const places = new PQueue({ concurrency: MAX_IN_FLIGHT });
  const closing = new AbortController();
  const pending = new Set<Promise<void>>();
  let sequence = 0;
  // The budget's own count: what failed is in it with its estimated prompt, though nobody was billed for it.
  let spentTokens = 0;
  let reservedTokens = 0;
  let used: Usage = { calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0, modelSeconds: 0 };
  let fault: { readonly error: unknown } | undefined;
  let ended: { readonly end: RunEnd; readonly reason: string } | undefined;

  const overBudget = (reason: string): Response => {
    ended ??= { end: "over-budget", reason };
    return errorResponse(429, "budget_exceeded", reason);
  };

  async function chat(request: Request): Promise<Response> {
    const text = await request.text();
    if (text.length > MAX_REQUEST_CHARACTERS)
      return errorResponse(413, "request_too_large", "The request is larger than 16 MiB.");
    const sent = prepare(text, server);
    if (sent === undefined) {
      const problem = "The request body is not a JSON object, or is nested too deeply.";
      return errorResponse(400, "invalid_json", problem);
    }
    const expected = estimateTokens(text);
    if (sequence >= budget.calls) return overBudget(`the run has used its ${budget.calls} model calls`);
    if (spentTokens + reservedTokens + expected > budget.tokens)
      return overBudget(`the run has used its ${budget.tokens} tokens`);
    sequence += 1;
    reservedTokens += expected;
    const signals = [request.signal, closing.signal, ...(options.signal ? [options.signal] : [])];
    const given = Promise.withResolvers<Response>();
    const question = { ...sent, gone: AbortSignal.any(signals), give: given.resolve };
    const work = serve(question, { number: sequence, expected }).catch((error: unknown) => {
      // The books could not be written: the run must not pass as if they had been.
      fault ??= { error };
      given.reject(error);
    });
    pending.add(work);
    void work.then(() => pending.delete(work));
    return given.promise;
  }

  /** Returns when the agent has its answer and the call is in the books. */
  async function serve(question: Question, call: { readonly number: number; readonly expected: number }) {
    const startedAt = new Date().toISOString();
    const queued = performance.now();
    // A run that is gone has no need of a place.
    const leave = await takePlace(places, question.gone).catch(() => () => undefined);
    try {
      const answered = await ask(server, client, question);
      const { error } = answered;
      const end = blame(server.record, context.seed, answered);
      if (end !== undefined && error !== undefined) ended ??= { end, reason: error };
      book(question, answered, { ...call, startedAt, queued });
      await answered.delivered;
    } finally {
      leave();
    }
  }

  function book(
    { body, streamed }: Question,
    { status, count, received, error, begun }: Answered,
    call: {
      readonly number: number;
      readonly expected: number;
      readonly startedAt: string;
      readonly queued: number;
    },
  ): void {
    const now = performance.now();
    const costUsd = cost(count, server.price);
    const tokens = count.promptTokens + count.completionTokens;
    reservedTokens -= call.expected;
    spentTokens += error === undefined ? tokens : Math.max(tokens, call.expected);
    used = {
      calls: used.calls + 1,
      promptTokens: used.promptTokens + count.promptTokens,
      completionTokens: used.completionTokens + count.completionTokens,
      costUsd: used.costUsd === undefined || costUsd === undefined ? undefined : used.costUsd + costUsd,
      modelSeconds: used.modelSeconds + (now - call.queued) / 1000,
    };
    recording.add({ sequence: call.number, request: body, status, response: received, error });
    onCall({
      run,
      sequence: call.number,
      role,
      model: server.description.model,
      simulated: server.description.simulated,
      startedAt: call.startedAt,
      queuedMs: (begun ?? now) - call.queued,
      durationMs: now - (begun ?? now),
      status,
      streamed,
      ...count,
      costUsd,
      error,
    });
  }

  return {
    async handle(request) {
      const { pathname } = new URL(request.url);
      if (request.method === "GET" && pathname === "/v1/models") {
        const { model } = server.description;
        return Response.json({
          object: "list",
          data: [{ id: model, object: "model", created: 0, owned_by: "evolver" }],
        });
      }
      if (request.method === "POST" && pathname === "/v1/chat/completions") return chat(request);
      return errorResponse(
        404,
        "not_found",
        `${request.method} ${pathname} is not served; use /v1/chat/completions.`,
      );
    },
    usage: () => used,
    ended: () => ended?.end,
    reason: () => ended?.reason,
    async close() {
      closing.abort();
      await Promise.all(pending);
      if (fault) throw fault.error;
      options.record?.(recording.text());
    },
  };
}

/** The request for the server: the role's model, and usage in streams. Undefined when it is not a request. */
function prepare(
  text: string,
  { description, request }: Server,
): Pick<Question, "body" | "streamed" | "hideUsage"> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const { stream, stream_options: asked } = value as { stream?: unknown; stream_options?: object };
    const streamed = stream === true;
    const stream_options = { ...asked, include_usage: true };
    const options = streamed ? { stream_options } : {};
    const body = JSON.stringify({ ...value, ...request, model: description.model, ...options });
    const hideUsage =
      streamed && (asked as { include_usage?: unknown } | null | undefined)?.include_usage !== true;
    return { body, streamed, hideUsage };
  } catch {
    return undefined;
  }
}

function cost(count: TokenCount, price: Price | undefined): number | undefined {
  if (price === undefined) return undefined;
  return (count.promptTokens * price.promptUsd + count.completionTokens * price.completionUsd) / 1e6;
}
