import { z } from "zod";
import { type Message, parseJson, readAnswer, readMessage } from "./read-message.ts";

/** One call to a model as it was recorded: what the agent said since the call before, and the answer. */
export type Turn = {
  readonly sequence: number;
  readonly status: number;
  readonly error: string | undefined;
  readonly asked: readonly Message[];
  readonly answer: Message | undefined;
};

const exchange = z.object({
  sequence: z.number(),
  status: z.number(),
  error: z.string().optional(),
  response: z.string(),
  request: z.object({ messages: z.array(z.unknown()) }).catch({ messages: [] }),
});

/**
 * Reads a recording as a conversation: requests repeat what came before, so only what is new in each is kept. Agents
 * wrote the requests, so everything in them may have any shape.
 */
export function readConversation(jsonLines: string): readonly Turn[] {
  let before: readonly string[] = [];
  return jsonLines.split("\n").flatMap((line) => {
    const parsed = exchange.safeParse(parseJson(line));
    if (!parsed.success) return [];
    const { sequence, status, error, request, response } = parsed.data;
    const messages = request.messages.map((message) => JSON.stringify(message));
    const repeated = messages.findIndex((message, index) => message !== before[index]);
    const asked = (repeated < 0 ? [] : request.messages.slice(repeated)).map(readMessage);
    // The last answer comes back at the head of what is new.
    const own = before.length > 0 && asked[0]?.role === "assistant" ? asked.slice(1) : asked;
    before = messages;
    return { sequence, status, error, asked: own, answer: readAnswer(response) };
  });
}
