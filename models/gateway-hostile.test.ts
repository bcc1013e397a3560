import { setTimeout as pause } from "node:timers/promises";
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterEach, expect, test } from "vitest";
import { chat, closeServers, json, KEY, open, serve } from "./gateway-fixture.ts";

afterEach(closeServers);

const LARGE = { calls: 100, tokens: 10_000_000 };
const GOOD = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } };
const within = <T>(ms: number, work: Promise<T>) => Promise.race([work, pause(ms, "too late" as const)]);

test("requests that fail use the run's tokens up, though the books show no cost", async () => {
  let served = 0;
  const baseUrl = await serve((_body, response) => {
    served += 1;
    if (served === 1) json(response, 200, GOOD);
    else json(response, 400, { error: { message: "no" } });
  });
  const { model, calls } = open(baseUrl, { calls: 1000, tokens: 5_000 });
  await (await chat(model)).text();
  const body = { messages: [{ role: "user", content: "x".repeat(8_000) }] };
  const statuses = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await chat(model, body)).status);
  await model.close();
  expect(statuses).toEqual([400, 400, 429, 429, 429]);
  expect(served).toBe(3);
  expect(model.ended()).toBe("over-budget");
  expect(model.usage()).toMatchObject({ promptTokens: 1, completionTokens: 1 });
  expect(calls).toHaveLength(3);
});

test("a request that is nested too deeply to be written again is refused, and the books are kept", async () => {
  const baseUrl = await serve((_body, response) => json(response, 200, GOOD));
  const { model, recorded } = open(baseUrl, LARGE);
  const send = (body: string) =>
    model.handle(new Request("http://127.0.0.1:8080/v1/chat/completions", { method: "POST", body }));
  for (const depth of [100, 1_000, 5_000, 100_000]) {
    const response = await send(`{"messages":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    expect([200, 400]).toContain(response.status);
    await response.text();
  }
  await model.close();
  expect(model.ended()).toBeUndefined();
  expect(recorded().split("\n")[0]).toContain("[".repeat(100));
});

test("a run that reads no answers takes no place from others, and waits in its own line", async () => {
  let served = 0;
  const baseUrl = await serve((_body, response) => {
    served += 1;
    response.writeHead(200, { "content-type": "text/event-stream" });
    // More than sockets and streams hold.
    response.end(`data: ${"z".repeat(4 * 1024 * 1024)}\n\n`);
  });
  const { model, another, calls } = open(baseUrl, LARGE, { concurrency: 2 });
  const unread = Array.from({ length: 12 }, () => chat(model, { stream: true }));
  await within(3_000, Promise.all(unread.slice(0, 8)));
  await pause(100);
  expect(served).toBe(8);

  const other = another();
  const answer = await within(3_000, chat(other));
  expect(answer).toBeInstanceOf(Response);
  await (answer as Response).text();
  expect(await within(1_000, other.close())).toBeUndefined();

  // What is read makes room for what waits.
  await (await unread[0]!).text();
  expect(await within(3_000, unread[8]!)).toBeInstanceOf(Response);
  expect(await within(1_000, model.close())).toBeUndefined();
  expect(await Promise.all(unread.slice(10).map(async (late) => (await late).status))).toEqual([503, 503]);
  expect(calls).toHaveLength(13);
});

test("closing a run ends its waiting calls at once, whoever holds the endpoint", async () => {
  const baseUrl = await serve(() => undefined);
  const { model, another, calls } = open(baseUrl, LARGE, { concurrency: 1 });
  const hanging = chat(model);
  await pause(50);
  const other = another();
  const waiting = chat(other);
  await pause(20);
  expect(await within(500, other.close())).toBeUndefined();
  expect((await waiting).status).toBe(503);
  expect(calls).toMatchObject([{ status: 0, error: "cancelled", durationMs: 0 }]);
  await model.close();
  await hanging;
});

test("an answer without an end is cut, and it is not the server's fault that nobody reads it", async () => {
  const baseUrl = await serve((_body, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const piece = `data: ${"z".repeat(1024 * 1024)}\n\n`;
    const more = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on("drain", more);
    more();
  });
  const { model, calls } = open(baseUrl, LARGE);
  const response = await chat(model, { stream: true });
  await expect.poll(() => calls.length, { timeout: 10_000 }).toBe(1);
  expect(calls[0]).toMatchObject({ status: 0, error: expect.stringContaining("larger than 33554432 bytes") });
  await expect(response.text()).rejects.toThrow();
  await model.close();
  expect(model.ended()).toBeUndefined();
}, 20_000);

test.each([
  ["before", false],
  ["in the middle of", true],
])("a time limit %s the answer ends the call once, and is not the agent's doing", async (_name, begun) => {
  let served = 0;
  const baseUrl = await serve((_body, response) => {
    served += 1;
    if (begun) response.writeHead(200, { "content-type": "application/json" }).write(" ");
  });
  const { model, calls } = open(baseUrl, LARGE, { timeoutMs: 300 });
  const answer = chat(model).then((response) => response.text());
  expect(
    await within(
      3_000,
      answer.catch((error: Error) => error.message),
    ),
  ).toContain("no complete answer within 0.3 s");
  await model.close();
  expect(served).toBe(1);
  expect(model.ended()).toBe("model-unreachable");
  expect(model.reason()).toContain("timeout_seconds");
  expect(calls).toHaveLength(1);
});

test("the time limit is not for an agent that reads slowly", async () => {
  const baseUrl = await serve((_body, response) => json(response, 200, GOOD));
  const { model } = open(baseUrl, LARGE, { timeoutMs: 200 });
  const response = await chat(model);
  await pause(400);
  expect(await response.json()).toEqual(GOOD);
  await model.close();
  expect(model.ended()).toBeUndefined();
});

test("a slow answer is waited for although the process's own fetch would give up", async () => {
  const baseUrl = await serve((_body, response) => {
    setTimeout(() => {
      response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
      setTimeout(() => response.end(JSON.stringify(GOOD)), 2_500);
    }, 2_500);
  });
  const before = getGlobalDispatcher();
  // Its limits are looked at about once a second.
  setGlobalDispatcher(new Agent({ headersTimeout: 500, bodyTimeout: 500 }));
  try {
    const { model } = open(baseUrl, LARGE, { timeoutMs: 10_000 });
    const [own, ours] = await Promise.allSettled([
      fetch(`${baseUrl}/x`, { method: "POST" }).then((response) => response.text()),
      chat(model).then((response) => response.json()),
    ]);
    await model.close();
    expect(own.status).toBe("rejected");
    expect(ours).toEqual({ status: "fulfilled", value: GOOD });
  } finally {
    setGlobalDispatcher(before);
  }
}, 15_000);

test.each([
  ["400", 400],
  ["401", 401],
  ["500", 500],
])("a server that answers %s with the key in it: nobody sees it", async (_name, status) => {
  const baseUrl = await serve((_body, response, request) => {
    const message = `you sent ${request.headers.authorization} ${"and more ".repeat(1000)}`;
    const error = { message, code: KEY, headers: request.headers, param: { [KEY]: KEY } };
    json(response, status, { error }, { "retry-after-ms": "1" });
  });
  const { gateway, model, calls, recorded } = open(baseUrl);
  const answer = await (await chat(model)).text();
  await model.close();
  const seen = [answer, recorded(), JSON.stringify(calls), model.reason(), await gateway.probe("solver")];
  expect(seen.join("\n")).toContain("you sent Bearer [secret]");
  expect(seen.join("\n")).not.toContain(KEY);
  expect(calls[0]!.error!.length).toBeLessThanOrEqual(500);
});

test("a user and a password in an address stay in it", async () => {
  const { gateway, model, calls } = open("http://someone:p%40ssword@127.0.0.1:9/v1");
  const answer = await (await chat(model)).text();
  await model.close();
  const { baseUrl } = gateway.describe().solver;
  const seen = [answer, JSON.stringify(calls), model.reason(), baseUrl, await gateway.probe("solver")];
  expect(seen.join("\n")).not.toMatch(/someone|p%40ssword|p@ssword/);
});
