import { z } from "zod";

/** `text` holds tool calls too, spelled out. */
export type Message = { readonly role: string; readonly text: string };

const text = z.string().catch("");
const call = z
  .object({ index: z.number().catch(0), function: z.object({ name: text, arguments: text }) })
  .catch({ index: 0, function: { name: "?", arguments: "" } });
const message = z.object({
  role: z.string().catch("?"),
  content: z.unknown().optional(),
  tool_calls: z.array(call).catch([]),
});
const choices = <T extends z.ZodType>(choice: T) => z.object({ choices: z.array(choice) });
const whole = choices(z.object({ message }));
const part = choices(z.object({ delta: message }));

/** Reads a chat message of any shape; what is not text is shown as JSON. */
export function readMessage(value: unknown): Message {
  const parsed = message.safeParse(value);
  if (!parsed.success) return { role: "?", text: JSON.stringify(value) ?? "" };
  const { role, content, tool_calls } = parsed.data;
  const called = tool_calls.map(({ function: { name, arguments: given } }) => `${name}(${given})`);
  return { role, text: [contentText(content), ...called].filter(Boolean).join("\n") };
}

/** The answer in a completion's body, streamed or not; undefined when there is none. */
export function readAnswer(body: string): Message | undefined {
  const direct = whole.safeParse(parseJson(body)).data?.choices[0];
  if (direct !== undefined) return readMessage(direct.message);
  const deltas = body
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .flatMap((line) => part.safeParse(parseJson(line.slice(5))).data?.choices[0]?.delta ?? []);
  if (deltas.length === 0) return undefined;
  const content = deltas.map((delta) => contentText(delta.content)).join("");
  const calls = Map.groupBy(
    deltas.flatMap(({ tool_calls }) => tool_calls),
    ({ index }) => index,
  );
  const tool_calls = [...calls.values()].map((parts) => ({
    function: {
      name: parts.map((each) => each.function.name).join(""),
      arguments: parts.map((each) => each.function.arguments).join(""),
    },
  }));
  return readMessage({ role: "assistant", content, tool_calls });
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function contentText(content: unknown): string {
  if (content === undefined || content === null) return "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return JSON.stringify(content);
  return content
    .map((piece) => (typeof piece?.text === "string" ? piece.text : JSON.stringify(piece)))
    .join("\n");
}
