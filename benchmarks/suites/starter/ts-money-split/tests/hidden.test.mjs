import assert from "node:assert/strict";
import { test } from "node:test";
import { split, splitEvenly } from "/workspace/split.ts";

test("divides evenly", () => {
  assert.deepEqual(split(90, [1, 2]), [30, 60]);
  assert.deepEqual(split(1, [5]), [1]);
});

test("equal losses: the first in the list", () => {
  assert.deepEqual(split(101, [1, 1]), [51, 50]);
  assert.deepEqual(split(5, [1, 1, 1]), [2, 2, 1]);
  assert.deepEqual(split(2, [1, 1, 1, 1]), [1, 1, 0, 0]);
});

test("the largest loss goes first", () => {
  assert.deepEqual(split(10, [3, 3, 1]), [4, 4, 2]);
  assert.deepEqual(split(7, [1, 4, 2]), [1, 4, 2]);
  assert.deepEqual(split(100, [3, 5, 9]), [18, 29, 53]);
});

test("fewer cents than people", () => {
  assert.deepEqual(split(1, [1, 2, 3]), [0, 0, 1]);
  assert.deepEqual(split(2, [5, 1, 5]), [1, 0, 1]);
});

test("a weight of zero gets nothing", () => {
  assert.deepEqual(split(100, [0, 1, 0, 2]), [0, 33, 0, 67]);
  assert.deepEqual(split(1, [0, 1, 1]), [0, 1, 0]);
});

test("zero cents", () => {
  assert.deepEqual(split(0, [1, 2]), [0, 0]);
});

test("a refund mirrors the bill", () => {
  assert.deepEqual(split(-100, [1, 1, 1]), [-34, -33, -33]);
  assert.deepEqual(split(-10, [1, 6, 2]), [-1, -7, -2]);
});

test("never minus zero", () => {
  for (const part of split(-1, [1, 1, 0])) assert.ok(!Object.is(part, -0));
  assert.deepEqual(split(-1, [1, 1, 0]), [-1, 0, 0]);
});

test("large amounts stay exact", () => {
  assert.deepEqual(split(900_000_000_001, [1, 1000, 1]), [898_203_593, 898_203_592_815, 898_203_593]);
});

test("remainders that quotients can't tell apart", () => {
  const parts = split(1_000_000_007, [1_000_003, 1_000_003, 1_000_003]);
  assert.deepEqual(parts, [333_333_336, 333_333_336, 333_333_335]);
});

test("the sum is right for many bills", () => {
  for (let cents = -60; cents <= 60; cents += 1) {
    const parts = split(cents, [7, 0, 3, 11, 3]);
    assert.equal(parts.reduce((sum, part) => sum + part, 0), cents);
  }
});

test("the weights stay as they are", () => {
  const weights = Object.freeze([3, 1, 2]);
  split(100, weights);
  assert.deepEqual(weights, [3, 1, 2]);
});

test("bad amounts", () => {
  for (const cents of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => split(cents, [1]), RangeError);
  }
});

test("bad weights", () => {
  for (const weights of [[], [0, 0], [1, -1], [2, Number.NaN], [1, Number.POSITIVE_INFINITY]]) {
    assert.throws(() => split(10, weights), RangeError);
  }
});

test("even parts", () => {
  assert.deepEqual(splitEvenly(10, 4), [3, 3, 2, 2]);
  assert.throws(() => splitEvenly(10, 0), RangeError);
});
