import assert from "node:assert/strict";
import { test } from "node:test";
import { split, splitEvenly } from "./split.ts";

test("a bill that divides evenly", () => {
  assert.deepEqual(split(100, [1, 1, 2]), [25, 25, 50]);
});

test("the parts sum up to the whole", () => {
  assert.deepEqual(splitEvenly(100, 3), [34, 33, 33]);
});

test("the largest loss by rounding gets the cent", () => {
  assert.deepEqual(split(10, [1, 6, 2]), [1, 7, 2]);
});

test("no weights", () => {
  assert.throws(() => split(10, []), RangeError);
});
