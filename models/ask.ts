import type OpenAI from "openai";
import type { RunEnd } from "./contract.ts";
import { estimateTokens, type TokenCount } from "./count-tokens.ts";
import { explain } from "./failure.ts";
import { meter } from "./meter.ts";
import { takePlace } from "./place.ts";
import type { Server } from "./server.ts";

/** One chat completion that an agent asks for. */
export type Question = {
  /** JSON, as it goes to the server. */
  readonly body: string;
  readonly streamed: boolean;
  readonly hideUsage: boolean;
  /** Aborts when the agent or the run is gone. */
  readonly gone: AbortSignal;
  /** Called once, as soon as there is something to give the agent. */
  readonly give: (response: Response) => void;
};

/** What goes into the books of one request. */
export type Answered = {
  readonly status: number;
  readonly count: TokenCount;
  readonly received: string;
  readonly error: string | undefined;
  /** Set when the failure is not the agent's. */
  readonly end: RunEnd | undefined;
  /** When it left the queue; undefined when it never did. */
  readonly begun: number | undefined;
  /** Resolves when the agent has the whole answer, or has gone. */
  readonly delivered: Promise<void>;
};

const NONE: TokenCount = { promptTokens: 0, completionTokens: 0, estimated: false };

/**
 * Puts a question to a server when it is its turn, and returns when the server has answered to the end; the agent may
 * still be reading. Never rejects. The server's time limit is for all of it: tries, pauses between them, the last byte.
 */
export async function ask(server: Server, client: OpenAI, question: Question): Promise<Answered> {
  const { body, streamed, hideUsage, gone, give } = question;
  const { timeoutMs, redact } = server;
  const late = new AbortController();
  const tooLate = `no complete answer within ${timeoutMs / 1000} s (timeout_seconds in the model's settings)`;
  let leave = () => {};
  let timer: NodeJS.Timeout | undefined;
  let begun: number | undefined;
  try {
    leave = await takePlace(server.queue, gone);
    begun = performance.now();
    timer = setTimeout(() => late.abort(), timeoutMs);
    const response = await client
      .post("/chat/completions", {
        body,
        headers: { "content-type": "application/json" },
        signal: AbortSignal.any([gone, late.signal]),
      })
      .asResponse();
    const metered = meter(response, {
      streamed,
      hideUsage,
      requestText: body,
      gone,
      timeout: late.signal,
      timeoutMessage: tooLate,
    });
    give(metered.response);
    const { delivered } = metered;
    const { count, text: received, broken } = await metered.done;
    if (broken === undefined)
      return { status: response.status, count, received, error: undefined, end: undefined, begun, delivered };
    const end = broken.by === "server" ? "model-unreachable" : undefined;
    return { status: 0, count, received, error: redact(broken.message), end, begun, delivered };
  } catch (error) {
    const isLate = late.signal.aborted ? tooLate : undefined;
    const failure = explain(error, { gone: gone.aborted, late: isLate, redact });
    give(failure.response);
    const { status, message, end } = failure;
    // What was cut off on the way had been read by the server, at least in part.
    const cutOff = begun !== undefined && status === 0 && gone.aborted;
    return {
      status,
      count: cutOff ? { promptTokens: estimateTokens(body), completionTokens: 0, estimated: true } : NONE,
      received: "",
      error: message,
      end,
      begun,
      delivered: Promise.resolve(),
    };
  } finally {
    clearTimeout(timer);
    leave();
  }
}
