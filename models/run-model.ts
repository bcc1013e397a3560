import type { ModelCall, OpenRun, Price, RunEnd, RunModel, Usage } from "./contract.ts";
import { errorResponse } from "./error-response.ts";
import { explain } from "./failure.ts";
import { estimateTokens, meter, type TokenCount } from "./meter.ts";
import { openRecording } from "./recording.ts";
import type { Server } from "./server.ts";

/** What goes into the books of one request. */
type Answered = {
  readonly status: number;
  readonly count: TokenCount;
  readonly received: string;
  readonly error: string | undefined;
  readonly begun: number;
};

const NONE: TokenCount = { promptTokens: 0, completionTokens: 0, estimated: false };
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Opens one run's access to a model; `onCall` is told of every request when it has ended. */
export function openRun(options: OpenRun, server: Server, onCall: (call: ModelCall) => void): RunModel {
  const { run, role, budget, context } = options;
  const client = server.client(context);
  const recording = openRecording();
  const closing = new AbortController();
  const pending = new Set<Promise<unknown>>();
  let sequence = 0;
  let reservedTokens = 0;
  let used: Usage = { calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0, modelSeconds: 0 };
  let fault: { readonly error: unknown } | undefined;
  let ended: { readonly end: RunEnd; readonly reason: string } | undefined;

  const refuse = (end: RunEnd, reason: string, status: number, code: string): Response => {
    ended ??= { end, reason };
    return errorResponse(status, code, reason);
  };

  async function chat(request: Request): Promise<Response> {
    const text = await request.text();
    if (text.length > MAX_REQUEST_BYTES)
      return errorResponse(413, "request_too_large", "The request is larger than 16 MiB.");
    const body = parseObject(text);
    if (body === undefined)
      return errorResponse(400, "invalid_json", "The request body is not a JSON object.");

    const expected = estimateTokens(text);
    if (sequence >= budget.calls) {
      return refuse(
        "over-budget",
        `the run has used its ${budget.calls} model calls`,
        429,
        "budget_exceeded",
      );
    }
    if (used.promptTokens + used.completionTokens + reservedTokens + expected > budget.tokens) {
      return refuse("over-budget", `the run has used its ${budget.tokens} tokens`, 429, "budget_exceeded");
    }
    sequence += 1;
    reservedTokens += expected;
    const call = { number: sequence, startedAt: new Date(), queued: performance.now() };
    const streamed = body.stream === true;
    const askedForUsage =
      (body.stream_options as { include_usage?: unknown } | undefined)?.include_usage === true;
    const sent = {
      ...body,
      model: server.description.model,
      ...(streamed
        ? { stream_options: { ...(body.stream_options as object | undefined), include_usage: true } }
        : {}),
    };
    const signals = [request.signal, closing.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(signals);

    const settled = Promise.withResolvers<void>();
    pending.add(settled.promise);
    const finish = ({ status, count, received, error, begun }: Answered) => {
      reservedTokens -= expected;
      const costUsd = cost(count, server.price);
      const now = performance.now();
      used = {
        calls: used.calls + 1,
        promptTokens: used.promptTokens + count.promptTokens,
        completionTokens: used.completionTokens + count.completionTokens,
        costUsd: used.costUsd === undefined || costUsd === undefined ? undefined : used.costUsd + costUsd,
        modelSeconds: used.modelSeconds + (now - call.queued) / 1000,
      };
      recording.add({ sequence: call.number, request: sent, status, response: received, error });
      onCall({
        run,
        sequence: call.number,
        role,
        model: server.description.model,
        simulated: server.description.simulated,
        startedAt: call.startedAt.toISOString(),
        queuedMs: begun - call.queued,
        durationMs: now - begun,
        status,
        streamed,
        ...count,
        costUsd,
        error,
      });
    };

    const given = Promise.withResolvers<Response>();
    /** Gives the agent its answer and returns, when the last byte has passed, what goes into the books. */
    const answer = async (): Promise<Answered> => {
      const begun = performance.now();
      try {
        const response = await client.chat.completions.create(sent as never, { signal }).asResponse();
        const hideUsage = streamed && !askedForUsage;
        const metered = meter(response, { streamed, hideUsage, requestText: text, signal });
        given.resolve(metered.response);
        const { count, text: received, broken } = await metered.done;
        if (broken === undefined)
          return { status: response.status, count, received, error: undefined, begun };
        if (broken.by === "server") ended ??= { end: "model-unreachable", reason: broken.message };
        return { status: 0, count, received, error: broken.message, begun };
      } catch (error) {
        const failure = explain(error, signal);
        if (failure.end) ended ??= { end: failure.end, reason: failure.message };
        given.resolve(failure.response);
        return { status: failure.status, count: NONE, received: "", error: failure.message, begun };
      }
    };
    // The slot of the endpoint is held until the last byte of the answer.
    void server.queue
      .add(async () => finish(await answer()))
      .catch((error: unknown) => {
        // The books could not be written: the run must not pass as if they had been.
        fault ??= { error };
        given.reject(error);
      })
      .finally(() => {
        pending.delete(settled.promise);
        settled.resolve();
      });
    return given.promise;
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

function cost(count: TokenCount, price: Price | undefined): number | undefined {
  if (price === undefined) return undefined;
  return (count.promptTokens * price.promptUsd + count.completionTokens * price.completionUsd) / 1e6;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
