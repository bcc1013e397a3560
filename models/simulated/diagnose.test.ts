import { expect, test } from "vitest";
import type { RunContext } from "../contract.ts";
import { TOPICS } from "./advice.ts";
import type { Conversation } from "./conversation.ts";
import { diagnose } from "./diagnose.ts";

const RUN_TESTS = TOPICS[0]!;
const task = "# The task it was given\n\nRun the tests with `node --test`. Edge cases matter.";

test("proposes nothing that the code has already, and takes no advice from the task for the code's", () => {
  const without = proposals('# The agent\'s code\n\n=== prompt.ts ===\n"You are an agent."\n');
  expect(without).toContain(RUN_TESTS.proposal);
  const line = RUN_TESTS.effect.kind === "advice" ? RUN_TESTS.effect.lines[0] : "";
  const given = proposals(`# The agent's code\n\n=== prompt.ts ===\n"You are an agent.\n${line}"\n`);
  expect(given).not.toContain(RUN_TESTS.proposal);
});

test("proposes limits only for constants that are there, and more steps when they ran out", () => {
  const code = "# The agent's code\n\n=== limits.ts ===\nexport const MAX_STEPS = 20;\n";
  const more = TOPICS.find(({ name }) => name === "more-steps")!.proposal;
  const output = TOPICS.find(({ name }) => name === "more-output")!.proposal;
  expect(proposals(code)).not.toContain(output);
  const share = (prompt: string) => proposals(prompt).filter((proposal) => proposal === more).length;
  const transcript = "\n\n# What it printed while it worked\n\nstop: steps, no answer after 20 steps";
  expect(share(code + transcript)).toBeGreaterThan(3 * share(code));
});

test("some first answers are not JSON; asked again, it answers with JSON", () => {
  const answers = seeds().map((seed) => diagnose(conversation("code"), context(seed)));
  const broken = answers.filter((answer) => !isJson(answer));
  expect(broken.length).toBeGreaterThan(0);
  expect(broken.length).toBeLessThan(answers.length / 8);
  for (const seed of seeds())
    expect(isJson(diagnose({ ...conversation("code"), turn: 1 }, context(seed)))).toBe(true);
});

function proposals(code: string): string[] {
  return seeds().flatMap((seed) => {
    const answer = diagnose(conversation(`${code}\n\n${task}`), context(seed));
    return isJson(answer) ? [JSON.parse(answer).proposal] : [];
  });
}

function seeds(): string[] {
  return Array.from({ length: 300 }, (_, index) => `seed ${index}`);
}

function context(seed: string): RunContext {
  return { seed, kind: "diagnose", reference: undefined, difficulty: undefined };
}

function conversation(instruction: string): Conversation {
  return { system: "You improve a coding agent.", instruction, steps: [], turn: 0, nudges: 0 };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
