import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import type { RunEnd } from "./contract.ts";
import { errorResponse } from "./error-response.ts";

/**
 * What a failed request means: for the agent (a response), for the books (status, 0 without an answer; a message that
 * never holds a key), and for the run (its end, when the agent is not to blame).
 */
export function explain(
  error: unknown,
  signal: AbortSignal,
): { status: number; message: string; response: Response; end: RunEnd | undefined } {
  if (signal.aborted || error instanceof APIUserAbortError) {
    return {
      status: 0,
      message: "cancelled",
      response: errorResponse(499, "cancelled", "The run has ended."),
      end: undefined,
    };
  }
  if (error instanceof APIError && error.status !== undefined) {
    const message = `HTTP ${error.status}: ${error.message}`;
    // What the agent sent is wrong (too long a context, a bad parameter): the agent is told, as the server said it.
    if ([400, 413, 422].includes(error.status)) {
      const response = Response.json(
        { error: error.error ?? { message: error.message } },
        { status: error.status },
      );
      return { status: error.status, message, response, end: undefined };
    }
    return { status: error.status, message, response: unavailable(message), end: "model-error" };
  }
  const message =
    error instanceof APIConnectionError
      ? connectionProblem(error)
      : String((error as Error)?.message ?? error);
  return { status: 0, message, response: unavailable(message), end: "model-unreachable" };
}

function unavailable(message: string): Response {
  return errorResponse(503, "model_unavailable", `The model can't be reached: ${message}`);
}

/** A connection error in words for people. */
export function connectionProblem(error: APIConnectionError): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  const code = (cause as { code?: unknown }).code;
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (code === "ENOTFOUND") return "the host name is not known";
  const message = cause instanceof Error ? cause.message : error.message;
  return typeof code === "string" ? `${message} (${code})` : message.replace(/\.$/, "");
}
