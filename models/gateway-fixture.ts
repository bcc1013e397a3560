import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Endpoint, ModelCall, RunContext, RunModel } from "./contract.ts";
import { createGateway } from "./gateway.ts";

export const CONTEXT: RunContext = {
  seed: "test",
  kind: "solve",
  reference: undefined,
  difficulty: undefined,
};
export const KEY = "sk-never-to-be-seen";
const closers: (() => void)[] = [];
/** Ends the servers there are. */
export function closeServers(): void {
  for (const close of closers.splice(0)) close();
}

/** A real server that answers every request with `answer`. */
export async function serve(
  answer: (body: string, response: ServerResponse, request: IncomingMessage, n: number) => void,
): Promise<string> {
  let n = 0;
  const server = createServer(async (request, response) => {
    const body = await request.setEncoding("utf8").toArray();
    n += 1;
    answer(body.join(""), response, request, n);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/** A run of the solver at `baseUrl`; `another` opens one more on the same endpoint. */
export function open(
  baseUrl: string,
  budget = { calls: 10, tokens: 100_000 },
  overrides: Partial<Extract<Endpoint, { kind: "openai" }>> = {},
) {
  const endpoint: Endpoint = {
    kind: "openai",
    baseUrl,
    model: "served",
    apiKey: KEY,
    price: { promptUsd: 2, completionUsd: 10 },
    concurrency: 4,
    timeoutMs: 5_000,
    ...overrides,
  };
  const calls: ModelCall[] = [];
  let recording = "";
  const gateway = createGateway({
    endpoints: { solver: endpoint, modifier: endpoint, diagnoser: endpoint },
    onCall: (call) => calls.push(call),
    retries: 2,
  });
  const record = (text: string) => {
    recording = text;
  };
  const another = () =>
    gateway.open({ run: "e1", role: "solver", budget, context: CONTEXT, record, signal: undefined });
  return { gateway, model: another(), another, calls, recorded: () => recording };
}

/** Asks as an agent does. */
export const chat = (model: RunModel, body: object = {}, signal?: AbortSignal) =>
  model.handle(
    new Request("http://127.0.0.1:8080/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify({ model: "whatever", messages: [{ role: "user", content: "hello" }], ...body }),
      ...(signal ? { signal } : {}),
    }),
  );

/** Answers with JSON. */
export const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
