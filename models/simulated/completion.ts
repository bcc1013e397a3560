import type { ChatRequest } from "./conversation.ts";
import type { Call } from "./tools.ts";

/** One answer of the model before it is put into a wire format. */
export type Completion = {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly call: (Call & { readonly id: string }) | undefined;
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
};

/**
 * Estimates tokens as characters / 4. Numbers count as one character: durations and memory addresses in test output
 * differ from run to run, and a campaign's token counts must not.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(text.replaceAll(/0x[0-9a-f]+|\d+(\.\d+)?/g, "0").length / 4);
}

/** The answer as a `chat.completion` object. */
export function toObject({ id, model, text, call, usage }: Completion): object {
  const message = {
    role: "assistant",
    content: text,
    refusal: null,
    ...(call && { tool_calls: [{ id: call.id, type: "function", function: functionOf(call) }] }),
  };
  const choice = { index: 0, message, logprobs: null, finish_reason: call ? "tool_calls" : "stop" };
  return { id, object: "chat.completion", created: 0, model, choices: [choice], usage };
}

/** The answer as server-sent events of `chat.completion.chunk` objects, ended by `[DONE]`. */
export function toEventStream(completion: Completion, request: ChatRequest): ReadableStream<Uint8Array> {
  const { id, model, text, call, usage } = completion;
  const head = { id, object: "chat.completion.chunk", created: 0, model };
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  });
  const chunks: object[] = [chunk({ role: "assistant", content: "" })];
  for (const piece of pieces(text)) chunks.push(chunk({ content: piece }));
  if (call) {
    const { name, arguments: json } = functionOf(call);
    const start = { index: 0, id: call.id, type: "function", function: { name, arguments: "" } };
    chunks.push(chunk({ tool_calls: [start] }));
    for (const piece of pieces(json)) {
      chunks.push(chunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] }));
    }
  }
  chunks.push(chunk({}, call ? "tool_calls" : "stop"));
  if (request.stream_options?.include_usage) chunks.push({ ...head, choices: [], usage });

  const events = [...chunks.map((data) => JSON.stringify(data)), "[DONE]"].map((data) => `data: ${data}\n\n`);
  return ReadableStream.from(events).pipeThrough(new TextEncoderStream());
}

function functionOf(call: Call): { name: string; arguments: string } {
  return { name: call.name, arguments: JSON.stringify(call.arguments) };
}

/** Cuts between characters, never inside a surrogate pair. */
function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,64}/gu) ?? [];
}
