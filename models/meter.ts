import { countTokens, type TokenCount } from "./count-tokens.ts";
import { createUsageFilter } from "./usage-filter.ts";

export type Metered = {
  /** The response for the agent; bytes pass as they come. */
  readonly response: Response;
  /** Resolves when the server's last byte has come or the connection broke; never rejects. */
  readonly done: Promise<{
    readonly count: TokenCount;
    readonly text: string;
    /** Who ended it before its end. */
    readonly broken: { readonly by: "server" | "agent"; readonly message: string } | undefined;
  }>;
  /** Resolves when the agent has read the last byte or will never read it. */
  readonly delivered: Promise<void>;
};

type Options = {
  readonly streamed: boolean;
  /** Leave out the usage chunk, which the agent did not ask for. */
  readonly hideUsage: boolean;
  readonly requestText: string;
  /** Ends the response even when nobody reads it any more. */
  readonly gone: AbortSignal;
  /** Ends a response that is not complete by then. */
  readonly timeout: AbortSignal;
  readonly timeoutMessage: string;
  readonly maxBytes?: number;
};

/** What is held of an answer which the agent does not read: models write far less. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Lets a chat completion's response pass while it reads the usage from it. The server's answer is taken as fast as it
 * comes, however slowly the agent reads: a slow agent must not keep the server busy.
 */
export function meter(response: Response, options: Options): Metered {
  const { gone, timeout, maxBytes = MAX_ANSWER_BYTES } = options;
  const done = Promise.withResolvers<Awaited<Metered["done"]>>();
  const delivered = Promise.withResolvers<void>();
  const filter = options.hideUsage ? createUsageFilter() : undefined;
  const reader = response.body?.getReader();
  const received: string[] = [];
  let unread: Uint8Array[] = [];
  let end: { readonly error?: Error } | undefined;
  let wake = () => {};

  const finish = (by?: "server" | "agent", message = "") => {
    if (end !== undefined) return;
    end = by === undefined ? {} : { error: new Error(message) };
    const text = received.join("");
    done.resolve({ count: countTokens(text, options), text, broken: by && { by, message } });
    wake();
  };
  const abandon = (message: string) => {
    finish("agent", message);
    end = { error: new Error(message) };
    unread = [];
    delivered.resolve();
    wake();
  };
  const cancel = () => void reader?.cancel().catch(() => undefined);

  const take = async () => {
    const decoder = new TextDecoder();
    const encoder = new TextEncoder();
    const give = (bytes: Uint8Array) => {
      if (bytes.length === 0) return;
      unread.push(bytes);
      wake();
    };
    let bytes = 0;
    for (;;) {
      const { done: ended, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (end !== undefined) return cancel();
      if (ended) break;
      bytes += value.length;
      if (bytes > maxBytes) {
        abandon(`the answer is larger than ${maxBytes} bytes`);
        return cancel();
      }
      const text = decoder.decode(value, { stream: true });
      received.push(text);
      give(filter === undefined ? value : encoder.encode(filter.pass(text)));
    }
    if (filter !== undefined) give(encoder.encode(filter.rest()));
    finish();
  };

  const forget = [
    onAbort(gone, () => {
      abandon("cancelled");
      cancel();
    }),
    onAbort(timeout, () => {
      finish("server", options.timeoutMessage);
      cancel();
    }),
  ];
  // The signals live longer than the answer, which must not be kept with them.
  void Promise.all([done.promise, delivered.promise]).then(() => {
    for (const remove of forget) remove();
  });
  take().catch((error: unknown) =>
    finish("server", `the answer broke off: ${error instanceof Error ? error.message : String(error)}`),
  );

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        while (unread.length === 0 && end === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (unread.length > 0) {
          controller.enqueue(Buffer.concat(unread.splice(0)));
          return;
        }
        delivered.resolve();
        if (end?.error) controller.error(end.error);
        else controller.close();
      },
      cancel() {
        abandon("the agent closed the connection");
        cancel();
      },
    },
    // Nothing is asked for before it is read: the last pull means that all was read.
    { highWaterMark: 0 },
  );
  const headers = { "content-type": response.headers.get("content-type") ?? "application/json" };
  return {
    response: new Response(body, { status: response.status, headers }),
    done: done.promise,
    delivered: delivered.promise,
  };
}

/** Returns what ends the listening. */
function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}
