import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { complete } from "../agents/seed/model.ts";

/** Asks a server that answers by `answer`; `secondsLeft` is until the deadline. */
async function ask(answer: (response: ServerResponse) => void, secondsLeft: number) {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return complete({ baseUrl, apiKey: "k", model: "m" }, [], [], Date.now() + secondsLeft * 1000);
}

test("waits for a slow model although the process's own fetch would give up", async () => {
  const before = getGlobalDispatcher();
  onTestFinished(() => setGlobalDispatcher(before));
  setGlobalDispatcher(new Agent({ headersTimeout: 500, bodyTimeout: 500 }));
  let requests = 0;
  const message = await ask((response) => {
    requests += 1;
    setTimeout(() => response.writeHead(200).flushHeaders(), 2_500);
    setTimeout(() => response.end('{"choices":[{"message":{"content":"slow"}}]}'), 5_000);
  }, 30);
  expect(message).toEqual({ role: "assistant", content: "slow" });
  expect(requests).toBe(1);
}, 15_000);

test("stops at the deadline in the middle of an answer", async () => {
  const answer = ask((response) => response.writeHead(200).write("{"), 0.5);
  await expect(answer).rejects.toMatchObject({ code: "deadline" });
});

test("tries again after an answer that broke off", async () => {
  let requests = 0;
  const message = await ask((response) => {
    requests += 1;
    if (requests > 1) return response.end('{"choices":[{"message":{"content":"whole"}}]}');
    response.writeHead(200, { "content-length": 100 }).write("{");
    setTimeout(() => response.destroy(), 20);
    return undefined;
  }, 30);
  expect(message.content).toBe("whole");
});
