import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { retry } from "/workspace/retry.ts";
import { temperature } from "/workspace/stations.ts";
import { BusyError, RetryError } from "/workspace/types.ts";

function clock(time = 0) {
  const pauses = [];
  const sleep = async (ms) => {
    pauses.push(ms);
    time += ms;
  };
  return { pauses, options: { sleep, now: () => time } };
}

function failing(times, make = (attempt) => new Error(`attempt ${attempt}`)) {
  const calls = [];
  const operation = (attempt) => {
    calls.push(attempt);
    if (attempt <= times) throw make(attempt);
    return `result ${attempt}`;
  };
  return { calls, operation };
}

async function rejection(promise) {
  const nothing = Symbol("nothing");
  const error = await promise.then(() => nothing, (caught) => caught);
  assert.notEqual(error, nothing, "expected a rejection");
  return error;
}

test("the first attempt works", async () => {
  const { pauses, options } = clock();
  const { calls, operation } = failing(0);
  assert.equal(await retry(operation, options), "result 1");
  assert.deepEqual([calls, pauses], [[1], []]);
});

test("pauses double", async () => {
  const { pauses, options } = clock();
  const { calls, operation } = failing(4);
  assert.equal(await retry(operation, options), "result 5");
  assert.deepEqual([calls, pauses], [[1, 2, 3, 4, 5], [100, 200, 400, 800]]);
});

test("rejections are failures too", async () => {
  const { pauses, options } = clock();
  const result = await retry(async (attempt) => {
    if (attempt < 3) return Promise.reject(new Error("later"));
    return attempt;
  }, options);
  assert.equal(result, 3);
  assert.deepEqual(pauses, [100, 200]);
});

test("base and max", async () => {
  const { pauses, options } = clock();
  await retry(failing(6).operation, { ...options, attempts: 7, base: 30, max: 250 });
  assert.deepEqual(pauses, [30, 60, 120, 240, 250, 250]);
});

test("default max", async () => {
  const { pauses, options } = clock();
  await retry(failing(9).operation, { ...options, attempts: 10 });
  assert.deepEqual(pauses.slice(5), [3200, 6400, 10000, 10000]);
});

test("a base or max of zero", async () => {
  const { pauses, options } = clock();
  await retry(failing(2).operation, { ...options, base: 0 });
  await retry(failing(1).operation, { ...options, max: 0 });
  assert.deepEqual(pauses, [0, 0, 0]);
});

test("giving up", async () => {
  const { pauses, options } = clock();
  const { calls, operation } = failing(99);
  const error = await rejection(retry(operation, options));
  assert.ok(error instanceof RetryError);
  assert.deepEqual([error.attempts, calls.length, pauses.length], [5, 5, 4]);
  assert.deepEqual(error.errors.map((each) => each.message), ["attempt 1", "attempt 2", "attempt 3", "attempt 4", "attempt 5"]);
  assert.equal(error.cause, error.errors[4]);
});

test("one attempt", async () => {
  const { pauses, options } = clock();
  const error = await rejection(retry(failing(1).operation, { ...options, attempts: 1 }));
  assert.ok(error instanceof RetryError);
  assert.deepEqual([error.attempts, pauses], [1, []]);
});

test("the error says how long", async () => {
  const { pauses, options } = clock();
  const waits = [60_000, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, "5"];
  await retry(failing(6, (attempt) => new BusyError(waits[attempt - 1])).operation, { ...options, attempts: 7, max: 1000 });
  assert.deepEqual(pauses, [60_000, 0, 400, 800, 1000, 1000]);
});

test("odd things are thrown", async () => {
  const { pauses, options } = clock();
  const things = [null, undefined, "text", { retryAfterMs: 7 }];
  const error = await rejection(retry(failing(9, (attempt) => things[attempt - 1]).operation, { ...options, attempts: 4 }));
  assert.deepEqual(error.errors, things);
  assert.deepEqual(pauses, [100, 200, 400]);
  assert.equal(await retry(failing(1, () => ({ retryAfterMs: 7 })).operation, options), "result 2");
  assert.equal(pauses.at(-1), 7);
});

test("not worth another attempt", async () => {
  const { pauses, options } = clock();
  const { calls, operation } = failing(9);
  const retryable = (error) => error.message !== "attempt 2";
  const error = await rejection(retry(operation, { ...options, retryable }));
  assert.equal(error.message, "attempt 2");
  assert.deepEqual([calls, pauses], [[1, 2], [100]]);
});

test("deadline", async () => {
  const { pauses, options } = clock(1000);
  const error = await rejection(retry(failing(9).operation, { ...options, deadline: 1299 }));
  assert.ok(error instanceof RetryError);
  assert.deepEqual([error.attempts, pauses], [2, [100]]);
});

test("a pause that ends at the deadline", async () => {
  const { pauses, options } = clock(1000);
  assert.equal(await retry(failing(2).operation, { ...options, deadline: 1300 }), "result 3");
  assert.deepEqual(pauses, [100, 200]);
});

test("the first attempt is made after the deadline too", async () => {
  const { options } = clock(1000);
  assert.equal(await retry(failing(0).operation, { ...options, deadline: 500 }), "result 1");
  assert.equal((await rejection(retry(failing(1).operation, { ...options, deadline: 500 }))).attempts, 1);
});

test("aborted before", async () => {
  const { options } = clock();
  const { calls, operation } = failing(0);
  assert.equal(await rejection(retry(operation, { ...options, signal: AbortSignal.abort("reason") })), "reason");
  assert.deepEqual(calls, []);
});

test("aborted during a pause", async () => {
  const { options } = clock();
  const controller = new AbortController();
  const { calls, operation } = failing(9);
  const sleep = () => {
    queueMicrotask(() => controller.abort("reason"));
    return new Promise(() => {});
  };
  assert.equal(await rejection(retry(operation, { ...options, sleep, signal: controller.signal })), "reason");
  assert.deepEqual(calls, [1]);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
});

test("aborted while the operation runs", async () => {
  const { pauses, options } = clock();
  for (const fails of [false, true]) {
    const controller = new AbortController();
    const promise = retry(() => {
      controller.abort("reason");
      if (fails) throw new Error("failed");
      return "result";
    }, { ...options, signal: controller.signal });
    assert.equal(fails ? await rejection(promise) : await promise, fails ? "reason" : "result");
  }
  assert.deepEqual(pauses, []);
});

test("the next attempt waits for the pause", async () => {
  for (const signal of [undefined, new AbortController().signal]) {
    const events = [];
    const sleep = async () => {
      for (let turn = 0; turn < 20; turn += 1) await undefined;
      events.push("slept");
    };
    const operation = (attempt) => {
      events.push(attempt);
      if (attempt === 1) throw new Error("failed");
    };
    await retry(operation, { sleep, now: () => 0, ...(signal && { signal }) });
    assert.deepEqual(events, [1, "slept", 2]);
  }
});

test("no listener stays", async () => {
  const { options } = clock();
  const { signal } = new AbortController();
  await retry(failing(3).operation, { ...options, signal });
  await rejection(retry(failing(9).operation, { ...options, signal }));
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("bad options", async () => {
  const { options } = clock();
  for (const bad of [{ attempts: 0 }, { attempts: 1.5 }, { attempts: Number.NaN }, { base: -1 }, { base: Number.POSITIVE_INFINITY }, { max: -1 }, { max: Number.NaN }]) {
    const { calls, operation } = failing(0);
    assert.ok((await rejection(retry(operation, { ...options, ...bad }))) instanceof RangeError, JSON.stringify(bad));
    assert.deepEqual(calls, []);
  }
});

test("stations", async () => {
  const { options } = clock();
  let calls = 0;
  const read = async (station) => {
    calls += 1;
    if (calls < 3) throw new BusyError(5);
    return station === "north" ? "-3.5" : "?";
  };
  assert.equal(await temperature(read, "north", options), -3.5);
});
