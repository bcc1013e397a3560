import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { RunModel } from "../models/contract.ts";
import { createGateway } from "../models/gateway.ts";
import { diagnose, parseDiagnosis } from "./diagnose.ts";

const GOOD = { problem: "p", proposal: "q", summary: "Do it" };
const INPUT = {
  files: new Map([["main.ts", { content: Buffer.from("code of the agent"), executable: false }]]),
  evidence: { focus: "unsolved-task", evaluation: undefined },
  instruction: "the instruction",
  transcript: `start${"x".repeat(100_000)}end`,
  patch: undefined,
  outcome: "unsolved",
} as const;

/** A model that gives these answers one after another. */
function answering(answers: readonly (string | number)[]): { model: RunModel; prompts: string[] } {
  const prompts: string[] = [];
  const model: RunModel = {
    async handle(request) {
      const answer = answers[prompts.length];
      prompts.push(await request.text());
      if (typeof answer !== "string")
        return Response.json({ error: { message: "no" } }, { status: answer ?? 500 });
      return Response.json({ choices: [{ message: { role: "assistant", content: answer } }] });
    },
    usage: () => ({ calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0, modelSeconds: 0 }),
    ended: () => undefined,
    reason: () => undefined,
    close: async () => undefined,
  };
  return { model, prompts };
}

test.each([
  ["alone", JSON.stringify(GOOD)],
  ["in a fence", `Here it is:\n\`\`\`json\n${JSON.stringify(GOOD, null, 2)}\n\`\`\`\nDone.`],
  ["in a fence among braces", `Not {this}:\n\`\`\`json\n${JSON.stringify(GOOD)}\n\`\`\`\nbut {that}.`],
  ["among words", `I think ${JSON.stringify(GOOD)} is right.`],
])("JSON %s is understood", (_name, answer) => {
  expect(parseDiagnosis(answer)).toEqual(GOOD);
});

test("fences inside of the JSON do not confuse", () => {
  const diagnosis = { ...GOOD, proposal: "```ts\nif (a) { b }\n```" };
  expect(parseDiagnosis(JSON.stringify(diagnosis))).toEqual(diagnosis);
});

test.each([
  ["no JSON", "I would raise the limit."],
  ["half of it", '{"problem": "p", "proposal": "q"'],
  ["a missing field", '{"problem": "p", "summary": "s"}'],
  ["an empty field", '{"problem": " ", "proposal": "q", "summary": "s"}'],
  ["a wrong type", '{"problem": ["p"], "proposal": "q", "summary": "s"}'],
])("%s is refused with a reason", (_name, answer) => {
  expect(typeof parseDiagnosis(answer)).toBe("string");
});

test("a summary becomes one short line without control characters", () => {
  const diagnosis = parseDiagnosis(JSON.stringify({ ...GOOD, summary: `a\n\u001b[31mb${"c".repeat(100)}` }));
  expect(diagnosis).toMatchObject({ summary: expect.stringMatching(/^a \[31mbc+$/) });
  expect((diagnosis as { summary: string }).summary.length).toBe(72);
});

test("a bad answer is sent back with what is wrong, up to three tries", async () => {
  const second = answering(["no idea", JSON.stringify(GOOD)]);
  expect(await diagnose(INPUT, second.model, "m")).toEqual(GOOD);
  expect(second.prompts[1]).toContain("there is no JSON object in it");
  const never = answering(["no", "no", "no", JSON.stringify(GOOD)]);
  expect(await diagnose(INPUT, never.model, "m")).toBeUndefined();
  expect(never.prompts).toHaveLength(3);
});

test("a model that can't be used gives no diagnosis and is not asked again", async () => {
  const broken = answering([503]);
  expect(await diagnose(INPUT, broken.model, "m")).toBeUndefined();
  expect(broken.prompts).toHaveLength(1);
});

test("the prompt holds the code and what is public, with the middle of long texts left out", async () => {
  const { model, prompts } = answering([JSON.stringify(GOOD)]);
  await diagnose(INPUT, model, "m");
  expect(prompts[0]).toContain("code of the agent");
  expect(prompts[0]).toContain("the instruction");
  expect(prompts[0]!.length).toBeLessThan(40_000);
});

test.each([
  ["fences", "```{"],
  ["spaces in fences", `\`\`\`{}${" ".repeat(500)}`],
  ["braces", "{"],
  ["braces that end", "{}"],
])("a megabyte of %s is refused at once and not sent back whole", async (_name, part) => {
  const hostile = part.repeat((1024 * 1024) / part.length);
  const startedAt = performance.now();
  expect(typeof parseDiagnosis(hostile)).toBe("string");
  expect(typeof parseDiagnosis(hostile.slice(0, 65_000))).toBe("string");
  expect(performance.now() - startedAt).toBeLessThan(200);
  const { model, prompts } = answering([hostile, JSON.stringify(GOOD)]);
  expect(await diagnose(INPUT, model, "m")).toEqual(GOOD);
  expect(prompts[1]!.length).toBeLessThan(300_000);
});

test.each<[string, string | undefined, (response: ServerResponse) => void]>([
  [
    "a connection cut in the middle",
    "model-unreachable",
    (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
      response.write('{"choices": [');
      setTimeout(() => response.destroy(), 20);
    },
  ],
  ["half of the JSON", undefined, (response) => response.end('{"choices": [')],
  ["null", undefined, (response) => response.end("null")],
  ["nothing", undefined, (response) => response.end()],
  ["choices of a wrong type", undefined, (response) => response.end('{"choices": [null]}')],
])("%s instead of an answer is no diagnosis, and no exception", async (_name, ended, answer) => {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    answer(response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = {
    kind: "openai",
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    model: "m",
    apiKey: undefined,
    price: undefined,
    concurrency: 1,
    timeoutMs: 5_000,
  } as const;
  const model = createGateway({
    endpoints: { solver: endpoint, modifier: endpoint, diagnoser: endpoint },
    onCall: () => undefined,
    retries: 0,
  }).open({
    run: "x1.diagnosis",
    role: "diagnoser",
    budget: { calls: 10, tokens: 1_000_000 },
    context: { seed: "s", kind: "diagnose", reference: undefined, difficulty: undefined },
    record: undefined,
    signal: undefined,
  });
  expect(await diagnose(INPUT, model, "m")).toBeUndefined();
  await model.close();
  expect(model.ended()).toBe(ended);
});
