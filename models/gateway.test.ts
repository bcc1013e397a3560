import { afterEach, expect, test } from "vitest";
import { createGateway } from "./gateway.ts";
import { CONTEXT, chat, closeServers, json, KEY, open, serve } from "./gateway-fixture.ts";

afterEach(closeServers);

test("a request passes with the role's model, unknown fields and the key; the answer comes back byte for byte", async () => {
  const seen: { body: string; key: string | undefined }[] = [];
  const answer =
    '{"choices":[{"message":{"content":"hi","reasoning_content":"hm"}}], "x_extra": [1],\n "usage":{"prompt_tokens":1000,"completion_tokens":100}}';
  const baseUrl = await serve((body, response, request) => {
    seen.push({ body, key: request.headers.authorization });
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  const { model, calls, recorded } = open(baseUrl);
  const response = await chat(model, { top_k: 7 });
  expect(await response.text()).toBe(answer);
  expect(JSON.parse(seen[0]!.body)).toMatchObject({ model: "served", top_k: 7 });
  expect(seen[0]!.key).toBe(`Bearer ${KEY}`);
  await model.close();
  expect(model.usage()).toMatchObject({ calls: 1, promptTokens: 1000, completionTokens: 100 });
  expect(model.usage().costUsd).toBeCloseTo((1000 * 2 + 100 * 10) / 1e6, 12);
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ run: "e1", sequence: 1, status: 200, estimated: false, simulated: false });
  expect(recorded()).toContain("reasoning_content");
  expect(recorded() + JSON.stringify(calls)).not.toContain(KEY);
});

test("a stream passes as it comes; its usage is asked for, counted, and kept back when the agent did not ask", async () => {
  const chunk = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
  const baseUrl = await serve((body, response) => {
    expect(JSON.parse(body).stream_options).toEqual({ include_usage: true });
    response.writeHead(200, { "content-type": "text/event-stream" });
    const text = `${chunk({ choices: [{ delta: { content: "a" } }] })}: keep-alive\n\n${chunk({ choices: [{ delta: { content: "ü" } }] })}${chunk({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } })}data: [DONE]\n\n`;
    // Split where it hurts: inside events and inside a character.
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
    response.end();
  });
  const { model } = open(baseUrl);
  const without = await (await chat(model, { stream: true })).text();
  expect(without).toContain('"content":"ü"');
  expect(without).toContain("keep-alive");
  expect(without).not.toContain("prompt_tokens");
  expect(without.endsWith("data: [DONE]\n\n")).toBe(true);
  const withUsage = await (
    await chat(model, { stream: true, stream_options: { include_usage: true } })
  ).text();
  expect(withUsage).toContain("prompt_tokens");
  await model.close();
  expect(model.usage()).toMatchObject({ calls: 2, promptTokens: 10, completionTokens: 4 });
});

test("without usage from the server tokens are estimated and marked so", async () => {
  const baseUrl = await serve((_body, response) =>
    json(response, 200, { choices: [{ message: { content: "x".repeat(400) } }] }),
  );
  const { model, calls } = open(baseUrl);
  await (await chat(model)).text();
  await model.close();
  expect(calls[0]).toMatchObject({ estimated: true });
  expect(calls[0]!.completionTokens).toBeGreaterThan(90);
});

test("a price that is not known makes the cost unknown, not zero", async () => {
  const baseUrl = await serve((_body, response) =>
    json(response, 200, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }),
  );
  const { model, calls } = open(baseUrl, undefined, { price: undefined });
  await (await chat(model)).text();
  await model.close();
  expect(model.usage().costUsd).toBeUndefined();
  expect(calls[0]!.costUsd).toBeUndefined();
});

test("the budget of calls holds against parallel calls, and says so in the way the agent contract promises", async () => {
  let served = 0;
  const baseUrl = await serve((_body, response) => {
    served += 1;
    setTimeout(
      () => json(response, 200, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }),
      20,
    );
  });
  const { model } = open(baseUrl, { calls: 3, tokens: 100_000 });
  const responses = await Promise.all(Array.from({ length: 10 }, () => chat(model)));
  expect(responses.map(({ status }) => status).sort()).toEqual([200, 200, 200, ...Array(7).fill(429)]);
  const refused = responses.find(({ status }) => status === 429)!;
  expect(await refused.json()).toMatchObject({ error: { code: "budget_exceeded" } });
  await model.close();
  expect(served).toBe(3);
  expect(model.ended()).toBe("over-budget");
});

test("the budget of tokens is kept by reservation before a call", async () => {
  const baseUrl = await serve((_body, response) =>
    json(response, 200, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }),
  );
  const { model, calls } = open(baseUrl, { calls: 10, tokens: 50 });
  expect((await chat(model, { messages: [{ role: "user", content: "y".repeat(400) }] })).status).toBe(429);
  await model.close();
  expect(calls).toEqual([]);
});

test("a server error is tried again; the run does not notice", async () => {
  const baseUrl = await serve((_body, response, _request, n) =>
    n < 3
      ? json(response, 500, {}, { "retry-after-ms": "1" })
      : json(response, 200, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }),
  );
  const { model } = open(baseUrl);
  expect((await chat(model)).status).toBe(200);
  await model.close();
  expect(model.ended()).toBeUndefined();
});

test.each([
  ["that stays broken", 500],
  ["that refuses the key", 401],
  ["that does not know the model", 404],
])("a server %s ends the run for a reason that is not the agent's", async (_name, status) => {
  const baseUrl = await serve((_body, response) =>
    json(response, status, { error: { message: "no" } }, { "retry-after-ms": "1" }),
  );
  const { model, calls } = open(baseUrl);
  expect((await chat(model)).status).toBe(503);
  await model.close();
  expect(model.ended()).toBe("model-unreachable");
  expect(model.reason()).not.toContain(KEY);
  expect(calls).toHaveLength(1);
});

test("a refused connection is infrastructure, and the probe says what to do", async () => {
  const baseUrl = await serve(() => undefined);
  closeServers();
  const { gateway, model } = open(baseUrl);
  expect(await gateway.probe("solver")).toMatch(
    /^the solver model "served" at http:.*can't be used: the connection was refused\. Start the server.*base_url/,
  );
  expect((await chat(model)).status).toBe(503);
  await model.close();
  expect(model.ended()).toBe("model-unreachable");
});

test("an answer that breaks off in the middle is not the agent's doing", async () => {
  const baseUrl = await serve((_body, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
    setTimeout(() => response.destroy(), 20);
  });
  const { model, calls } = open(baseUrl);
  await expect((await chat(model, { stream: true })).text()).rejects.toThrow();
  await model.close();
  expect(model.ended()).toBe("model-unreachable");
  expect(calls[0]).toMatchObject({ status: 0, estimated: true });
});

test("an agent that goes away in the middle of an answer has only itself to blame", async () => {
  const baseUrl = await serve((_body, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
  });
  const { model, calls } = open(baseUrl);
  const away = new AbortController();
  const response = await chat(model, { stream: true }, away.signal);
  const reading = response.text().catch(() => "broken");
  await new Promise((resolve) => setTimeout(resolve, 30));
  away.abort();
  expect(
    await Promise.race([reading, new Promise((resolve) => setTimeout(() => resolve("hangs"), 2_000))]),
  ).toBe("broken");
  await model.close();
  expect(model.ended()).toBeUndefined();
  expect(calls).toHaveLength(1);
});

test("a call that could not be written into the books fails the run", async () => {
  const baseUrl = await serve((_body, response) => json(response, 200, { choices: [] }));
  const endpoint = {
    kind: "openai",
    baseUrl,
    model: "m",
    apiKey: undefined,
    price: undefined,
    concurrency: 1,
    timeoutMs: 1_000,
  } as const;
  const gateway = createGateway({
    endpoints: { solver: endpoint, modifier: endpoint, diagnoser: endpoint },
    onCall: () => {
      throw new Error("disk full");
    },
  });
  const budget = { calls: 1, tokens: 1_000 };
  const model = gateway.open({
    run: "e1",
    role: "solver",
    budget,
    context: CONTEXT,
    record: undefined,
    signal: undefined,
  });
  await (await chat(model)).text();
  await expect(model.close()).rejects.toThrow("disk full");
});

test("what the agent sent wrongly is its own business: the server's words come back and the run goes on", async () => {
  const error = {
    message: "maximum context length is 4096 tokens",
    type: "invalid_request_error",
    code: "context_length_exceeded",
  };
  const baseUrl = await serve((_body, response, _request, n) =>
    n === 1 ? json(response, 200, { choices: [] }) : json(response, 400, { error }),
  );
  const { model } = open(baseUrl);
  await (await chat(model)).text();
  const response = await chat(model);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error });
  await model.close();
  expect(model.ended()).toBeUndefined();
});

test("a server that has refused everything so far is set up wrongly, and its words say how", async () => {
  const error = { message: '"auto" tool choice requires --enable-auto-tool-choice' };
  const baseUrl = await serve((_body, response) => json(response, 400, { error }));
  const { model } = open(baseUrl);
  expect((await chat(model)).status).toBe(400);
  await model.close();
  expect(model.ended()).toBe("model-unreachable");
  expect(model.reason()).toContain("--enable-auto-tool-choice");
});

test("the settings' fields go into every request, before the agent's", async () => {
  const seen: Record<string, unknown>[] = [];
  const baseUrl = await serve((body, response) => {
    seen.push(JSON.parse(body));
    json(response, 200, { choices: [] });
  });
  const { model } = open(baseUrl, undefined, { request: { temperature: 0.3, top_p: 0.9 } });
  await (await chat(model, { temperature: 1, seed: 4 })).text();
  await model.close();
  expect(seen[0]).toMatchObject({ temperature: 0.3, top_p: 0.9, seed: 4, model: "served" });
});

test("closing a run ends a call that hangs and an answer that nobody reads, and both are in the books", async () => {
  const baseUrl = await serve((_body, response, _request, n) => {
    if (n === 1) return;
    response.writeHead(200, { "content-type": "text/event-stream" });
    const timer = setInterval(() => response.write(`data: ${"z".repeat(1000)}\n\n`), 1);
    response.on("close", () => clearInterval(timer));
  });
  const { model, calls } = open(baseUrl);
  const hanging = chat(model);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await chat(model, { stream: true });
  await model.close();
  expect((await hanging).status).toBe(503);
  expect(calls).toHaveLength(2);
});

test("no more requests than the endpoint's concurrency are in flight", async () => {
  let now = 0;
  let most = 0;
  const baseUrl = await serve((_body, response) => {
    now += 1;
    most = Math.max(most, now);
    setTimeout(() => {
      now -= 1;
      json(response, 200, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } });
    }, 10);
  });
  const { model } = open(baseUrl, undefined, { concurrency: 2 });
  await Promise.all(Array.from({ length: 8 }, async () => (await chat(model)).text()));
  await model.close();
  expect(most).toBe(2);
});

test.each([
  ["GET", "/v1/models", 200],
  ["POST", "/v1/embeddings", 404],
])("%s %s answers %i", async (method, path, status) => {
  const { model } = open("http://127.0.0.1:9/v1");
  const response = await model.handle(new Request(`http://127.0.0.1:8080${path}`, { method }));
  expect(response.status).toBe(status);
  await response.text();
  await model.close();
});

test.each(["not json", "[1]", "null"])("a body that is %s is refused without a call", async (body) => {
  const { model, calls } = open("http://127.0.0.1:9/v1");
  const request = new Request("http://127.0.0.1:8080/v1/chat/completions", { method: "POST", body });
  expect((await model.handle(request)).status).toBe(400);
  await model.close();
  expect(calls).toEqual([]);
});
