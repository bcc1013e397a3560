import { z } from "zod";

const text = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().optional() })), z.null()])
  .optional();

const message = z.discriminatedUnion("role", [
  z.looseObject({ role: z.literal(["system", "developer", "user"]), content: text }),
  z.looseObject({ role: z.literal("tool"), content: text, tool_call_id: z.string() }),
  z.looseObject({
    role: z.literal("assistant"),
    content: text,
    tool_calls: z
      .array(
        z.looseObject({
          id: z.string(),
          function: z.looseObject({ name: z.string(), arguments: z.string() }),
        }),
      )
      .nullish(),
  }),
]);

/** A chat completion request, as far as the simulated model looks at it. */
export const chatRequest = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z
    .array(
      z.looseObject({
        type: z.literal("function"),
        function: z.looseObject({
          name: z.string(),
          parameters: z
            .looseObject({ properties: z.record(z.string(), z.looseObject({})).optional() })
            .optional(),
        }),
      }),
    )
    .nullish(),
  tool_choice: z.unknown().optional(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
});

export type ChatRequest = z.infer<typeof chatRequest>;

/** A tool call of ours that the agent still shows us. */
export type Step = {
  /** What the call was for; it is carried in the call's id, so that the server keeps no state. */
  readonly tag: string;
  /** The texts among its arguments, one after another. */
  readonly arguments: string;
  /** What the agent says the tool gave; empty when the agent shows no result. */
  readonly result: string;
};

/** Everything the simulated model knows in one call: what the agent put into the messages. */
export type Conversation = {
  /** The agent's standing advice. Advice in a task's instruction is the same for every agent and does not count. */
  readonly system: string;
  readonly instruction: string;
  readonly steps: readonly Step[];
  /** Answers of ours so far. */
  readonly turn: number;
  /** Messages which the agent added on its own after an answer of ours. */
  readonly nudges: number;
};

/** Reads what the messages show. */
export function readConversation(request: ChatRequest): Conversation {
  const results = new Map<string, string>();
  for (const entry of request.messages) {
    if (entry.role === "tool") results.set(entry.tool_call_id, textsIn(plain(entry.content)));
  }
  const steps: Step[] = [];
  const answers = request.messages.filter((entry) => entry.role === "assistant");
  for (const answer of answers) {
    for (const call of answer.tool_calls ?? []) {
      const tag = /^call_\d+_(.+)$/.exec(call.id)?.[1];
      if (tag)
        steps.push({ tag, arguments: textsIn(call.function.arguments), result: results.get(call.id) ?? "" });
    }
  }
  const texts = (role: "system" | "developer" | "user") =>
    request.messages.filter((entry) => entry.role === role).map((entry) => plain(entry.content));
  const instruction = texts("user")[0] ?? "";
  const system = [...texts("system"), ...texts("developer")].join("\n");
  const first = request.messages.findIndex((entry) => entry.role === "assistant");
  const nudges = request.messages.filter((entry, index) => entry.role === "user" && index > first).length;
  return { system, instruction, steps, turn: answers.length, nudges: first === -1 ? 0 : nudges };
}

function plain(content: z.infer<typeof text>): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? "").join("");
}

/** Some agents wrap a result as JSON, e.g. `{"stdout": "…", "exit_code": 0}`: what a reader sees is its texts. */
function textsIn(json: string): string {
  if (!json.startsWith("{")) return json;
  try {
    const values = Object.values(JSON.parse(json));
    return values.filter((value) => typeof value === "string").join("\n");
  } catch {
    return json;
  }
}
