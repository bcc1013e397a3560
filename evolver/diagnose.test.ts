import { expect, test } from "vitest";
import type { RunModel } from "../models/contract.ts";
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
  ["among words", `I think ${JSON.stringify(GOOD)} is right.`],
])("JSON %s is understood", (_name, answer) => {
  expect(parseDiagnosis(answer)).toEqual(GOOD);
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
