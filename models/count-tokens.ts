/** Tokens of one request; `estimated` when the server did not say. */
export type TokenCount = {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly estimated: boolean;
};

const CHARACTERS_PER_TOKEN = 4;

/** A rough count for servers that send no usage: four characters a token, as for English text and code. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** The tokens of a chat completion's answer, whatever it looks like: from its last usage, else estimated. */
export function countTokens(
  answer: string,
  { streamed, requestText }: { readonly streamed: boolean; readonly requestText: string },
): TokenCount {
  const chunks = streamed
    ? answer.split("\n").flatMap((line) => parseData(line) ?? [])
    : [parse(answer) ?? {}];
  for (const { usage } of chunks.toReversed()) {
    const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = (usage ?? {}) as Usage;
    if (isCount(promptTokens) && isCount(completionTokens))
      return { promptTokens, completionTokens, estimated: false };
  }
  const said = chunks.flatMap(({ choices }) => (Array.isArray(choices) ? choices : []) as readonly Choice[]);
  return {
    promptTokens: estimateTokens(requestText),
    completionTokens: Math.ceil(
      said.reduce((sum, choice) => sum + size(choice?.delta ?? choice?.message ?? ""), 0) /
        CHARACTERS_PER_TOKEN,
    ),
    estimated: true,
  };
}

/** Whether a server-sent event carries a chunk with nothing but usage. */
export function isUsageOnly(event: string): boolean {
  return event.split("\n").some((line) => {
    const chunk = parseData(line);
    return chunk?.usage != null && Array.isArray(chunk.choices) && chunk.choices.length === 0;
  });
}

type Chunk = { readonly choices?: unknown; readonly usage?: unknown };
type Usage = { readonly prompt_tokens?: unknown; readonly completion_tokens?: unknown };
type Choice = { readonly delta?: unknown; readonly message?: unknown } | null;

function parseData(line: string): Chunk | undefined {
  return line.startsWith("data:") ? parse(line.slice("data:".length)) : undefined;
}

function parse(text: string): Chunk | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Characters of a value as JSON; 0 for one that is nested too deeply to be written. */
function size(value: unknown): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    return 0;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
