import { expect, test } from "vitest";
import { adviceIn, TOPICS } from "./advice.ts";

test("every line of advice is recognised as what it is, and as nothing that hurts", () => {
  for (const { name, effect } of TOPICS) {
    if (effect.kind !== "advice") continue;
    for (const line of effect.lines) {
      expect(adviceIn(`You are an agent.\n${line}`), line).toContain(name);
      if (name !== "hurry") expect(adviceIn(line), line).not.toContain("hurry");
      expect(line).not.toMatch(/["'`\\{}$%]/);
    }
  }
});

test("a prompt without advice gives none, and one that forbids tests asks to hurry", () => {
  expect(adviceIn("You are a coding agent. Look at the files before you change them.")).toEqual(new Set());
  expect(adviceIn("Do not run the tests.")).toEqual(new Set(["hurry"]));
});

test("topics have distinct proposals and summaries that fit a commit's subject", () => {
  expect(new Set(TOPICS.map(({ proposal }) => proposal)).size).toBe(TOPICS.length);
  for (const { summary } of TOPICS) expect(summary.length).toBeLessThanOrEqual(72);
});
