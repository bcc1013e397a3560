import { request as openRequest } from "node:http";
import { text as readText } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { FIRST_PAUSE_SECONDS, MODEL_TIMEOUT_SECONDS, MODEL_TRIES } from "./limits.ts";

export type ModelOptions = { readonly baseUrl: string; readonly apiKey: string; readonly model: string };

export type ToolCall = {
  readonly id: string;
  readonly type: "function";
  /** `arguments` is JSON written by the model: it may not parse. */
  readonly function: { readonly name: string; readonly arguments: string };
};
export type AssistantMessage = {
  readonly role: "assistant";
  readonly content: string;
  readonly tool_calls?: readonly ToolCall[];
};
export type Message =
  | { readonly role: "system" | "user"; readonly content: string }
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: string }
  | AssistantMessage;

/** Why there is no answer: `budget`, `context` and `deadline` are limits of the run, `failed` is a fault. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly code: "budget" | "context" | "deadline" | "failed";
  constructor(code: ModelError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The model's next message. Busy, broken and unreachable servers are tried again.
 * `tools` are function definitions as in the OpenAI API; `deadline` is in milliseconds. Throws `ModelError`.
 */
export async function complete(
  options: ModelOptions,
  messages: readonly Message[],
  tools: readonly object[],
  deadline: number,
): Promise<AssistantMessage> {
  const body = JSON.stringify({ model: options.model, messages, tools, tool_choice: "auto" });
  for (let attempt = 1; ; attempt++) {
    const answer = await request(options, body, deadline);
    if (typeof answer !== "string") return answer;
    if (Date.now() >= deadline) throw new ModelError("deadline", "no time is left for a call of the model");
    if (attempt === MODEL_TRIES)
      throw new ModelError("failed", `no answer after ${attempt} tries: ${answer}`);
    await pause(FIRST_PAUSE_SECONDS * 1000 * 2 ** (attempt - 1));
  }
}

/** One try: the message, or in words why it is worth another one. */
async function request(
  options: ModelOptions,
  body: string,
  deadline: number,
): Promise<AssistantMessage | string> {
  const url = `${options.baseUrl}/chat/completions`;
  const timeoutMs = Math.max(0, Math.min(MODEL_TIMEOUT_SECONDS * 1000, deadline - Date.now()));
  let status: number;
  let text: string;
  try {
    [status, text] = await post(url, options.apiKey, body, AbortSignal.timeout(timeoutMs));
  } catch (error) {
    return `POST ${url}: ${error instanceof Error ? error.message : error}`;
  }
  const message = status < 400 ? readMessage(text) : undefined;
  if (message) return message;

  const problem = `POST ${url} answered ${status}: ${text.slice(0, 500)}`;
  if (text.includes("budget_exceeded")) throw new ModelError("budget", problem);
  // vLLM, llama.cpp, Ollama and OpenAI word it differently, with status 400, 500 or even 200.
  if (/context[ _](length|size|window)|maximum model length|prompt\b.* too long/i.test(text)) {
    throw new ModelError("context", problem);
  }
  if (status >= 400 && status < 500 && status !== 408 && status !== 429)
    throw new ModelError("failed", problem);
  return problem;
}

/** Status and body of the answer. Unlike `fetch`, which gives up after 300 seconds, it waits for slow models. */
function post(
  url: string,
  apiKey: string,
  body: string,
  signal: AbortSignal,
): Promise<[status: number, text: string]> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
  return new Promise((resolve, reject) => {
    const sent = openRequest(url, { method: "POST", headers, signal }, (response) => {
      readText(response).then((text) => resolve([response.statusCode ?? 0, text]), reject);
    });
    sent.on("error", reject).end(body);
  });
}

/** The message in a reply's body, reduced to what every server takes back; undefined when there is none. */
function readMessage(text: string): AssistantMessage | undefined {
  let message: { content?: unknown; tool_calls?: unknown };
  try {
    message = JSON.parse(text).choices[0].message;
    const calls = Array.isArray(message.tool_calls) ? message.tool_calls.map(readToolCall) : [];
    const content = typeof message.content === "string" ? message.content : "";
    return { role: "assistant", content, ...(calls.length > 0 && { tool_calls: calls }) };
  } catch {
    return undefined;
  }
}

function readToolCall(call: { id?: unknown; function: Record<string, unknown> }, index: number): ToolCall {
  const { name, arguments: input } = call.function;
  return {
    id: typeof call.id === "string" && call.id !== "" ? call.id : `call_${index}`,
    type: "function",
    function: {
      name: String(name),
      arguments: typeof input === "string" ? input : JSON.stringify(input ?? {}),
    },
  };
}
