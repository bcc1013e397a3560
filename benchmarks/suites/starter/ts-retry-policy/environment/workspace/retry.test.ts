import assert from "node:assert/strict";
import { test } from "node:test";
import { retry } from "./retry.ts";
import { temperature } from "./stations.ts";
import { RetryError } from "./types.ts";

function clock() {
  const pauses: number[] = [];
  let time = 0;
  const sleep = async (ms: number) => {
    pauses.push(ms);
    time += ms;
  };
  return { pauses, options: { sleep, now: () => time } };
}

function failing(times: number) {
  return (attempt: number) => {
    if (attempt <= times) throw new Error(`attempt ${attempt}`);
    return attempt;
  };
}

test("no pause when it works", async () => {
  const { pauses, options } = clock();
  assert.equal(await temperature(async () => "12.5 C", "north", options), 12.5);
  assert.deepEqual(pauses, []);
});

test("growing pauses", async () => {
  const { pauses, options } = clock();
  assert.equal(await retry(failing(3), options), 4);
  assert.deepEqual(pauses, [100, 200, 400]);
});

test("giving up", async () => {
  const { options } = clock();
  await assert.rejects(retry(failing(9), { ...options, attempts: 2 }), (error) => {
    assert.ok(error instanceof RetryError);
    assert.equal(error.attempts, 2);
    return true;
  });
});

test("aborted before it began", async () => {
  const { options } = clock();
  const reason = new Error("stop");
  await assert.rejects(retry(failing(0), { ...options, signal: AbortSignal.abort(reason) }), reason);
});
