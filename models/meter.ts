/** Tokens of one request; `estimated` when the server did not say. */
export type TokenCount = {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly estimated: boolean;
};

export type Metered = {
  /** The response for the agent; bytes pass as they come. */
  readonly response: Response;
  /** Resolves when the last byte has passed or the connection broke; never rejects. */
  readonly done: Promise<{
    readonly count: TokenCount;
    readonly text: string;
    /** Who ended it before its end. */
    readonly broken: { readonly by: "server" | "agent"; readonly message: string } | undefined;
  }>;
};

type Options = {
  readonly streamed: boolean;
  /** Leave out the usage chunk, which the agent did not ask for. */
  readonly hideUsage: boolean;
  readonly requestText: string;
  /** Ends the response even when nobody reads it any more. */
  readonly signal: AbortSignal;
};

const CHARACTERS_PER_TOKEN = 4;

/** A rough count for servers that send no usage: four characters a token, as for English text and code. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** Lets a chat completion's response pass while it reads the usage from it. */
export function meter(response: Response, options: Options): Metered {
  const done = Promise.withResolvers<Awaited<Metered["done"]>>();
  const headers = { "content-type": response.headers.get("content-type") ?? "application/json" };
  const received: string[] = [];
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = "";
  const settle = (by?: "server" | "agent", message = "") => {
    const text = received.join("");
    done.resolve({ count: countTokens(text, options), text, broken: by && { by, message } });
  };
  const reader = response.body?.getReader();
  options.signal.addEventListener("abort", () => settle("agent", "cancelled"), { once: true });
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        // Until something can be given on: an event that is kept back must not stall the stream.
        for (;;) {
          const { done: ended, value } = (await reader?.read()) ?? { done: true, value: undefined };
          if (ended) break;
          const text = decoder.decode(value, { stream: true });
          received.push(text);
          const passed = options.hideUsage ? withoutUsage(text) : value;
          if (passed.length > 0) return controller.enqueue(passed);
        }
        if (rest) controller.enqueue(encoder.encode(rest));
        settle();
        controller.close();
      } catch (error) {
        settle("server", `the answer broke off: ${error instanceof Error ? error.message : String(error)}`);
        controller.error(error);
      }
    },
    async cancel(reason) {
      settle("agent", "the agent closed the connection");
      await reader?.cancel(reason).catch(() => undefined);
    },
  });

  /** Server-sent events without the one that carries nothing but usage. */
  function withoutUsage(text: string): Uint8Array {
    const events = (rest + text).split(/(?<=\n\n)/);
    rest = events.at(-1)?.endsWith("\n\n") ? "" : (events.pop() ?? "");
    return encoder.encode(events.filter((event) => !isUsageOnly(event)).join(""));
  }

  return { response: new Response(body, { status: response.status, headers }), done: done.promise };
}

type Chunk = {
  readonly choices?: readonly { readonly delta?: unknown; readonly message?: unknown }[];
  readonly usage?: { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown } | null;
};

function isUsageOnly(event: string): boolean {
  const chunk = parse(event.replace(/^data: ?/, ""));
  return chunk?.usage != null && chunk.choices?.length === 0;
}

function countTokens(text: string, options: Options): TokenCount {
  const chunks = options.streamed
    ? text.split("\n").flatMap((line) => (line.startsWith("data:") ? (parse(line.slice(5)) ?? []) : []))
    : [parse(text) ?? {}];
  for (const { usage } of chunks.toReversed()) {
    const [promptTokens, completionTokens] = [usage?.prompt_tokens, usage?.completion_tokens];
    if (isCount(promptTokens) && isCount(completionTokens))
      return { promptTokens, completionTokens, estimated: false };
  }
  const answer = chunks
    .flatMap((chunk) => chunk.choices ?? [])
    .map((choice) => JSON.stringify(choice.delta ?? choice.message ?? ""));
  return {
    promptTokens: estimateTokens(options.requestText),
    completionTokens: estimateTokens(answer.join("")),
    estimated: true,
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parse(text: string): Chunk | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Chunk) : undefined;
  } catch {
    return undefined;
  }
}
