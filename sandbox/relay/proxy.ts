import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json, pieces, type Send } from "./channel.ts";
import type { Frame } from "./frames.ts";
import { MAX_REQUEST_BODY, MAX_REQUESTS, type RequestMessage, type ResponseMessage } from "./messages.ts";

/** Takes the host's answers: `response`, `data`, `end`, `abort`. */
export type Proxy = { receive(frame: Frame): void };

/** Listens on 127.0.0.1:8080 and turns each HTTP request into frames. Resolves once it listens. */
export async function startProxy(send: Send): Promise<Proxy> {
  const responses = new Map<number, ServerResponse>();
  let last = 0;
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    if (responses.size >= MAX_REQUESTS) {
      refuse(response, 429, `at most ${MAX_REQUESTS} requests at once`);
      return;
    }
    if (!request.url?.startsWith("/")) {
      refuse(response, 400, `not a path: ${request.url}`);
      return;
    }
    last += 2;
    const stream = last;
    responses.set(stream, response);
    response.once("close", () => {
      if (responses.delete(stream)) void send("abort", stream);
    });
    forward(request, response, stream, send).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(8080, "127.0.0.1", resolve);
  });
  return {
    receive: (frame) => {
      const response = responses.get(frame.stream);
      // The client has gone; its `abort` and this frame crossed.
      if (response === undefined) return;
      switch (frame.type) {
        case "response": {
          const { status, headers } = json(frame) as ResponseMessage;
          response.writeHead(status, headers.flat());
          response.flushHeaders();
          break;
        }
        case "data":
          response.write(frame.payload, () => {
            const taken = Buffer.alloc(4);
            taken.writeUInt32BE(frame.payload.length);
            void send("ack", frame.stream, taken);
          });
          break;
        case "end":
          responses.delete(frame.stream);
          response.end();
          break;
        default:
          responses.delete(frame.stream);
          response.destroy();
      }
    },
  };
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  stream: number,
  send: Send,
): Promise<void> {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    headers.push([request.rawHeaders[index] ?? "", request.rawHeaders[index + 1] ?? ""]);
  }
  const head: RequestMessage = { method: request.method ?? "GET", path: request.url ?? "/", headers };
  await send("request", stream, head);
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BODY) {
      refuse(response, 413, `at most ${MAX_REQUEST_BODY} bytes in a request`);
      return;
    }
    for (const piece of pieces(chunk)) await send("data", stream, piece);
  }
  await send("end", stream);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ error: { message: `evolver: ${message}`, type: "invalid_request_error" } }));
}
