import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with one request: an answer, or no answer at all. */
export type ScriptedReply =
  | { readonly status: number; readonly body: unknown }
  | "close the connection"
  | "never answer";

/** A chat completions request as it arrived. */
export type ReceivedRequest = {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into a body whose shape they state themselves.
  readonly body: any;
};

export type ScriptedModel = {
  /** For `OPENAI_BASE_URL`. */
  readonly baseUrl: string;
  readonly requests: readonly ReceivedRequest[];
  close(): Promise<void>;
};

/** An HTTP server on 127.0.0.1 which gives the replies in order, and the last one for every further request. */
export async function serveScript(replies: readonly ScriptedReply[]): Promise<ScriptedModel> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const body = await request.setEncoding("utf8").toArray();
    requests.push({
      path: request.url,
      authorization: request.headers.authorization,
      body: JSON.parse(body.join("")),
    });
    const reply = replies[requests.length - 1] ?? replies.at(-1);
    if (reply === undefined || reply === "never answer") return;
    if (reply === "close the connection") return request.socket.destroy();
    response.writeHead(reply.status, { "content-type": "application/json" }).end(JSON.stringify(reply.body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** A reply that ends the run. */
export function says(content: string): ScriptedReply {
  return { status: 200, body: { choices: [{ message: { role: "assistant", content } }] } };
}

/** A reply with one tool call; `input` is sent as it is when it is a string, else as JSON. */
export function calls(name: string, input: object | string): ScriptedReply {
  const json = typeof input === "string" ? input : JSON.stringify(input);
  const call = { id: `call-${name}`, type: "function", function: { name, arguments: json } };
  return {
    status: 200,
    body: { choices: [{ message: { role: "assistant", content: null, tool_calls: [call] } }] },
  };
}

/** A reply with the server's own error. */
export function fails(status: number, error: object): ScriptedReply {
  return { status, body: { error } };
}
