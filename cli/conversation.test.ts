import fc from "fast-check";
import { expect, test } from "vitest";
import { readConversation } from "./conversation.ts";

const line = (exchange: object) => `${JSON.stringify(exchange)}\n`;
const system = { role: "system", content: "be good" };
const ask = { role: "user", content: [{ type: "text", text: "go" }] };
const call = {
  role: "assistant",
  content: null,
  tool_calls: [{ function: { name: "bash", arguments: '{"a":1}' } }],
};

test("each turn holds what is new in the request, and the answer", () => {
  const response = JSON.stringify({ choices: [{ message: call }] });
  const result = { role: "tool", content: "ok" };
  const turns = readConversation(
    line({ sequence: 1, status: 200, request: { messages: [system, ask] }, response }) +
      line({
        sequence: 2,
        status: 429,
        request: { messages: [system, ask, call, result] },
        response: "",
        error: "spent",
      }),
  );
  expect(turns).toEqual([
    {
      sequence: 1,
      status: 200,
      error: undefined,
      asked: [
        { role: "system", text: "be good" },
        { role: "user", text: "go" },
      ],
      answer: { role: "assistant", text: 'bash({"a":1})' },
    },
    { sequence: 2, status: 429, error: "spent", asked: [{ role: "tool", text: "ok" }], answer: undefined },
  ]);
});

test("a streamed answer is put together", () => {
  const chunks = [
    { role: "assistant", content: "Hel" },
    { content: "lo", tool_calls: [{ index: 0, function: { name: "bash", arguments: '{"a"' } }] },
    { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] },
  ].map((delta) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
  const response = `${chunks.join("")}data: [DONE]\n\n`;
  const [turn] = readConversation(line({ sequence: 1, status: 200, request: { messages: [ask] }, response }));
  expect(turn?.answer).toEqual({ role: "assistant", text: 'Hello\nbash({"a":1})' });
});

test("an agent may send anything: nothing it does makes the reader fail", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const strange = fc.record({
    sequence: fc.integer(),
    status: fc.integer(),
    request: fc.oneof(json, fc.record({ messages: fc.oneof(json, fc.array(json)) })),
    response: fc.oneof(
      fc.string(),
      json.map((value) => JSON.stringify({ choices: value })),
      json.map((value) => `data: ${JSON.stringify({ choices: [value] })}\n\n`),
      json.map((value) => JSON.stringify({ choices: [{ message: { content: value, tool_calls: value } }] })),
      json.map(
        (value) =>
          `data: ${JSON.stringify({ choices: [{ delta: { content: value, tool_calls: [value] } }] })}\n`,
      ),
    ),
  });
  fc.assert(
    fc.property(fc.array(strange), (exchanges) => {
      const turns = readConversation(exchanges.map(line).join(""));
      expect(turns).toHaveLength(exchanges.length);
      for (const { asked, answer } of turns) {
        for (const each of [...asked, ...(answer ? [answer] : [])]) expect(typeof each.text).toBe("string");
      }
    }),
  );
});
