import { z } from "zod";
import type { ModelHandler } from "./contract.ts";
import { json, pieces, type Send } from "./relay/channel.ts";
import { type Frame, ProtocolError } from "./relay/frames.ts";
import {
  MAX_REQUEST_BODY,
  MAX_REQUESTS,
  RESPONSE_WINDOW,
  type RequestMessage,
  type ResponseMessage,
} from "./relay/messages.ts";

/** Bytes of request bodies one sandbox may have waiting on the host, all its requests together. */
const MAX_WAITING = 2 * MAX_REQUEST_BODY;
/** Bytes of one piece of a response, small against the window so that acknowledgements overlap with sending. */
const PIECE = 64 * 1024;

/** Headers which belong to one connection and not to the message, or which describe a body that fetch has unpacked. */
const DROPPED = new Set(
  "connection content-encoding content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade".split(
    " ",
  ),
);

type Call = {
  readonly head: RequestMessage;
  readonly controller: AbortController;
  chunks: Uint8Array[];
  bytes: number;
  /** Bytes that may be sent before the relay acknowledges more. */
  credit: number;
  wake: () => void;
};

/** Answers the relay's HTTP requests with a `ModelHandler`. */
export type ModelBridge = {
  /** Throws `ProtocolError` when the relay can't be trusted any more. */
  receive(frame: Frame): void;
  /** Aborts what is in flight. */
  close(): void;
};

/** The host's side of the model's HTTP: requests are put together, responses streamed as fast as they are taken. */
export function createModelBridge(handle: ModelHandler, send: Send): ModelBridge {
  const calls = new Map<number, Call>();
  let last = 0;
  let waiting = 0;

  const drop = (stream: number, call: Call) => {
    waiting -= call.bytes;
    call.bytes = 0;
    call.chunks = [];
    calls.delete(stream);
  };
  const answer = async (stream: number, call: Call, respond: ModelHandler) => {
    const { signal } = call.controller;
    let begun = false;
    try {
      const response = await respond(toRequest(call));
      if (signal.aborted) {
        await response.body?.cancel();
        return;
      }
      const headers = [...response.headers].filter(([name]) => !DROPPED.has(name));
      await send("response", stream, { status: response.status, headers } satisfies ResponseMessage);
      begun = true;
      for await (const chunk of response.body ?? []) {
        for (const piece of pieces(chunk, PIECE)) {
          while (call.credit < piece.length && !signal.aborted) {
            await new Promise<void>((resolve) => {
              call.wake = resolve;
            });
          }
          // Leaving the loop cancels the body.
          if (signal.aborted) return;
          call.credit -= piece.length;
          await send("data", stream, piece);
        }
      }
      await send("end", stream);
    } catch (error) {
      if (signal.aborted) return;
      if (begun) await send("abort", stream);
      else await answer(stream, call, async () => failure(502, `the model's handler failed: ${error}`));
    } finally {
      drop(stream, call);
    }
  };
  const abort = (call: Call) => {
    call.controller.abort(new Error("the client inside the sandbox went away"));
    call.wake();
  };

  return {
    receive: (frame) => {
      if (frame.type === "request") {
        if (frame.stream <= last) throw new ProtocolError(`request ${frame.stream} came after ${last}`);
        if (calls.size >= MAX_REQUESTS) throw new ProtocolError(`more than ${MAX_REQUESTS} requests at once`);
        last = frame.stream;
        const head = parseHead(frame);
        const controller = new AbortController();
        calls.set(last, { head, controller, chunks: [], bytes: 0, credit: RESPONSE_WINDOW, wake: () => {} });
        return;
      }
      const call = calls.get(frame.stream);
      // Answered or aborted already: the two crossed on the wire.
      if (call === undefined) return;
      switch (frame.type) {
        case "data":
          call.bytes += frame.payload.length;
          waiting += frame.payload.length;
          if (call.bytes > MAX_REQUEST_BODY)
            throw new ProtocolError(`a request above ${MAX_REQUEST_BODY} bytes`);
          if (waiting > MAX_WAITING) {
            const full = `requests of more than ${MAX_WAITING} bytes at once`;
            void answer(frame.stream, call, async () => failure(413, full));
            drop(frame.stream, call);
          } else call.chunks.push(frame.payload);
          break;
        case "end":
          void answer(frame.stream, call, handle);
          break;
        case "abort":
          abort(call);
          drop(frame.stream, call);
          break;
        case "ack":
          call.credit += new DataView(frame.payload.buffer, frame.payload.byteOffset).getUint32(0);
          call.wake();
          break;
        default:
          throw new ProtocolError(`${frame.type} frame in a request`);
      }
    },
    close: () => {
      for (const call of calls.values()) abort(call);
    },
  };
}

function toRequest({ head, controller, chunks }: Call): Request {
  const { method, path, headers } = head;
  const bodyless = method === "GET" || method === "HEAD";
  return new Request(`http://127.0.0.1:8080${path}`, {
    method,
    headers: headers.filter(([name]) => !DROPPED.has(name.toLowerCase())) as [string, string][],
    body: bodyless ? null : Buffer.concat(chunks),
    signal: controller.signal,
  });
}

const headSchema = z.strictObject({
  method: z.string().max(20),
  path: z.string().startsWith("/"),
  headers: z.array(z.tuple([z.string(), z.string()])),
});

function parseHead(frame: Frame): RequestMessage {
  try {
    return headSchema.parse(json(frame));
  } catch (error) {
    throw new ProtocolError("unreadable request", { cause: error });
  }
}

function failure(status: number, message: string): Response {
  return Response.json({ error: { message: `evolver: ${message}`, type: "server_error" } }, { status });
}
