import { expect, test } from "vitest";
import { createTrouble } from "./trouble.ts";

test("one outage that ends many runs at once is one wave", () => {
  let clock = 0;
  const trouble = createTrouble(10_000, () => clock);
  expect(trouble.now()).toBeUndefined();
  clock = 100;
  for (let run = 0; run < 20; run += 1) trouble.report(`run ${run}`, run);
  expect(trouble.now()).toEqual({ reason: "run 0", pauseSeconds: 1, minutes: 0, givenUp: false });
});

test("pauses grow with every wave up to a minute, and end with the first success", () => {
  let clock = 0;
  const trouble = createTrouble(1e9, () => clock);
  const pauses = [];
  for (let wave = 0; wave < 9; wave += 1) {
    clock += 1_000;
    trouble.report("away", clock - 1);
    pauses.push(trouble.now()?.pauseSeconds);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  trouble.over();
  expect(trouble.now()).toBeUndefined();
});

test("patience is time since the last success, not a number of errors", () => {
  let clock = 0;
  const trouble = createTrouble(60_000, () => clock);
  for (; clock < 60_000; clock += 100) trouble.report("away", clock);
  expect(trouble.now()?.givenUp).toBe(false);
  clock = 60_002;
  expect(trouble.now()).toMatchObject({ givenUp: true, minutes: 1 });
});
