import fc from "fast-check";
import { expect, test } from "vitest";
import { meter } from "./meter.ts";

const never = new AbortController().signal;

function metered(chunks: readonly Uint8Array[], streamed: boolean, gone: AbortSignal = never) {
  const body = ReadableStream.from(chunks);
  const response = new Response(body, { headers: { "content-type": "text/plain" } });
  const requestText = "x".repeat(40);
  return meter(response, {
    streamed,
    hideUsage: streamed,
    requestText,
    gone,
    timeout: never,
    timeoutMessage: "",
  });
}

const oddValue = fc.oneof({ maxDepth: 3 }, fc.jsonValue(), fc.constant(null), fc.constant([null]));
const oddAnswer = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      choices: fc.oneof(
        oddValue,
        fc.array(fc.oneof(oddValue, fc.record({ delta: oddValue, message: oddValue }))),
      ),
      usage: fc.oneof(oddValue, fc.record({ prompt_tokens: oddValue, completion_tokens: oddValue })),
    },
    { requiredKeys: [] },
  ),
);

test("any JSON is counted, streamed or not", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(oddAnswer), fc.constantFrom("\n\n", "\r\n\r\n"), async (answers, end) => {
      for (const streamed of [true, false]) {
        const text = answers.map((answer) => `${streamed ? "data: " : ""}${JSON.stringify(answer)}${end}`);
        const { response, done } = metered(
          text.map((piece) => Buffer.from(piece)),
          streamed,
        );
        await response.text();
        const { count, broken } = await done;
        expect(broken).toBeUndefined();
        expect(Number.isSafeInteger(count.promptTokens + count.completionTokens)).toBe(true);
      }
    }),
  );
});

test("any bytes pass unchanged and are counted", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array()), async (chunks) => {
      const { response, done } = metered(chunks, false);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.concat(chunks));
      expect((await done).count).toEqual({ promptTokens: 10, completionTokens: 0, estimated: true });
    }),
  );
});

test.each([
  ["a choice that is null", '{"choices":[null]}'],
  ["choices that are a number", '{"choices":5}'],
  ["null", "null"],
  ["a message in 100,000 lists", `{"choices":[{"message":${"[".repeat(1e5)}${"]".repeat(1e5)}}]}`],
])("%s falls back to the estimate, also when the run is closed in the middle", async (_name, text) => {
  const whole = metered([Buffer.from(text)], false);
  await whole.response.text();
  expect((await whole.done).count).toMatchObject({ promptTokens: 10, estimated: true });

  const closing = new AbortController();
  const cut = metered([Buffer.from(text)], false, closing.signal);
  await new Promise(setImmediate);
  closing.abort();
  expect((await cut.done).count).toMatchObject({ promptTokens: 10, estimated: true });
  await cut.delivered;
});
