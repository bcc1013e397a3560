import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import type { RunEnd } from "./contract.ts";
import { errorResponse } from "./error-response.ts";
import type { Redact } from "./secrets.ts";

/** What a failed request means: for the agent, for the books, and for the run. */
export type Failure = {
  /** 0 without an answer. */
  readonly status: number;
  readonly message: string;
  readonly response: Response;
  /** The run's end, when the agent is not to blame. */
  readonly end: RunEnd | undefined;
};

/**
 * Explains why a request failed. `gone`: the agent or the run has ended it; `late`: said when our own limit has. Nothing
 * a server said leaves without passing `redact`.
 */
export function explain(
  error: unknown,
  {
    gone,
    late,
    redact,
  }: { readonly gone: boolean; readonly late: string | undefined; readonly redact: Redact },
): Failure {
  if (gone) {
    const response = errorResponse(499, "cancelled", "The run has ended.");
    return { status: 0, message: "cancelled", response, end: undefined };
  }
  if (late !== undefined) return { status: 0, ...unavailable(late), end: "model-unreachable" };
  if (error instanceof APIError && error.status !== undefined) {
    const message = redact(`HTTP ${error.status}: ${error.message}`);
    // What the agent sent is wrong (too long a context, a bad parameter): the agent is told, as the server said it.
    if ([400, 413, 422].includes(error.status)) {
      const response = Response.json({ error: whatItSaid(error, redact) }, { status: error.status });
      return { status: error.status, message, response, end: undefined };
    }
    return { status: error.status, ...unavailable(message), end: "model-error" };
  }
  return { status: 0, ...unavailable(redact(connectionProblem(error))), end: "model-unreachable" };
}

/** Why a request got no answer, in words for people. */
export function connectionProblem(error: unknown): string {
  if (error instanceof APIUserAbortError) return "the request was cancelled";
  if (!(error instanceof APIConnectionError)) return error instanceof Error ? error.message : String(error);
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  const code = (cause as { code?: unknown }).code;
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (code === "ENOTFOUND") return "the host name is not known";
  const message = cause instanceof Error ? cause.message : error.message;
  return typeof code === "string" ? `${message} (${code})` : message.replace(/\.$/, "");
}

function unavailable(message: string): Pick<Failure, "message" | "response"> {
  return {
    message,
    response: errorResponse(503, "model_unavailable", `The model can't be reached: ${message}`),
  };
}

/** The fields of an OpenAI error; servers put the request's headers and more beside them. */
function whatItSaid(error: APIError, redact: Redact): Record<string, unknown> {
  const body: unknown = error.error;
  if (typeof body !== "object" || body === null)
    return { message: redact(typeof body === "string" ? body : error.message) };
  const known = ["message", "type", "param", "code"].flatMap((field) => {
    const value = (body as Record<string, unknown>)[field];
    if (typeof value === "string") return [[field, redact(value)]];
    return value === null || typeof value === "number" ? [[field, value]] : [];
  });
  return { message: redact(error.message), ...Object.fromEntries(known) };
}
