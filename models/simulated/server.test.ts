import OpenAI from "openai";
import { expect, test } from "vitest";
import type { RunContext } from "../contract.ts";
import { createSimulatedModel } from "./server.ts";

const context: RunContext = {
  seed: "7/solve/tree/task/1",
  kind: "solve",
  reference: new Map([["a.js", "export const a = 1;\n"]]),
  difficulty: 0.2,
};
const tools: OpenAI.ChatCompletionTool[] = [
  {
    type: "function",
    function: {
      name: "sh",
      parameters: { type: "object", properties: { cmd: { type: "string" } }, required: ["cmd"] },
    },
  },
];
const messages: OpenAI.ChatCompletionMessageParam[] = [
  { role: "system", content: "You are a coding agent." },
  { role: "user", content: "Set a to 1." },
];
const model = createSimulatedModel({ skill: 0.5 });
const client = new OpenAI({
  baseURL: "http://simulated.invalid/v1",
  apiKey: "none",
  maxRetries: 0,
  fetch: (url, init) => model(new Request(url, init), context),
});

test("a completion has the shape that the official client reads, with usage, and is labelled", async () => {
  const { data, response } = await client.chat.completions
    .create({ model: "simulated-0.5", messages, tools })
    .withResponse();
  expect(response.headers.get("x-evolver-simulated")).toBe("true");
  expect(data.model).toBe("simulated-0.5");
  const [choice] = data.choices;
  expect(choice?.finish_reason).toBe("tool_calls");
  const call = choice?.message.tool_calls?.[0];
  if (call?.type !== "function") throw new Error("expected a call of the shell");
  expect(call.function.name).toBe("sh");
  expect(JSON.parse(call.function.arguments).cmd).toContain("find");
  expect(data.usage?.total_tokens).toBe(data.usage!.prompt_tokens + data.usage!.completion_tokens);
  expect(data.usage?.prompt_tokens).toBeGreaterThan(10);
});

test("streamed, it is the same answer in pieces, with a usage chunk where one is asked for", async () => {
  const whole = await client.chat.completions.create({ model: "m", messages, tools });
  const stream = client.chat.completions.stream({
    model: "m",
    messages,
    tools,
    stream_options: { include_usage: true },
  });
  const assembled = await stream.finalChatCompletion();
  const calls = (completion: OpenAI.ChatCompletion) =>
    completion.choices[0]?.message.tool_calls?.map((call) => [
      call.id,
      call.type === "function" && [call.function.name, call.function.arguments],
    ]);
  expect(calls(assembled)).toEqual(calls(whole));
  expect(assembled.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
  expect(assembled.usage).toEqual(whole.usage);

  const plain = await client.chat.completions.create({ model: "m", messages, tools, stream: true });
  for await (const chunk of plain) expect(chunk.choices).toHaveLength(1);
});

test("without a usable tool it answers with text", async () => {
  const { choices } = await client.chat.completions.create({ model: "m", messages });
  expect(choices[0]?.finish_reason).toBe("stop");
  expect(choices[0]?.message.tool_calls).toBeUndefined();
});

test("the same request gets the same bytes; durations and addresses in tool output do not change the tokens", async () => {
  const ask = async (output: string) => {
    const history = [...messages, { role: "assistant", content: "x" }, { role: "user", content: output }];
    const body = JSON.stringify({ model: "m", messages: history, tools });
    const request = new Request("http://x/v1/chat/completions", { method: "POST", body });
    return await (await createSimulatedModel({ skill: 0.5 })(request, context)).text();
  };
  expect(await ask("ok 1.25 ms")).toBe(await ask("ok 1.25 ms"));
  expect(await ask("ok 1.25 ms")).toBe(await ask("ok 113.123456 ms"));
  expect(await ask("<Cache at 0x7fabcdefabcd, 9 ms>")).toBe(await ask("<Cache at 0x701234567890, 12 ms>"));
});

test("models are listed as simulated", async () => {
  const list = await client.models.list();
  expect(list.data.map(({ id }) => id)).toEqual(["simulated-0.5"]);
  expect((await client.models.retrieve("simulated-0.5")).owned_by).toBe("evolver-simulated");
});

test.each([
  { route: "POST /v1/chat/completions", body: "{", status: 400, message: "not JSON" },
  { route: "POST /v1/chat/completions", body: '{"model": "m"}', status: 400, message: "messages" },
  {
    route: "POST /v1/chat/completions",
    body: '{"model": "m", "messages": []}',
    status: 400,
    message: "messages",
  },
  { route: "POST /v1/responses", body: "{}", status: 404, message: "/v1/responses" },
])("$route with $body is refused with $status", async ({ route, body, status, message }) => {
  const [method, path] = route.split(" ");
  const response = await model(new Request(`http://x${path}`, { method: method!, body }), context);
  expect(response.status).toBe(status);
  expect(response.headers.get("x-evolver-simulated")).toBe("true");
  const { error } = (await response.json()) as { error: { message: string; type: string } };
  expect(error.type).toBe("invalid_request_error");
  expect(error.message).toContain(message);
});

test("a skill that is no share is refused", () => {
  expect(() => createSimulatedModel({ skill: 1.5 })).toThrow("0 to 1, not 1.5");
  expect(() => createSimulatedModel({ skill: Number.NaN })).toThrow("NaN");
});
