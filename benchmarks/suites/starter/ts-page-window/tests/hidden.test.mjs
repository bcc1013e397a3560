import assert from "node:assert/strict";
import { test } from "node:test";
import { pageRange, pageWindow } from "/workspace/pages.ts";

test("in the middle", () => {
  assert.deepEqual(pageWindow(6, 11), [1, "gap", 4, 5, 6, 7, 8, "gap", 11]);
  assert.deepEqual(pageWindow(50, 100, 1), [1, "gap", 49, 50, 51, "gap", 100]);
});

test("at the beginning", () => {
  assert.deepEqual(pageWindow(1, 10), [1, 2, 3, "gap", 10]);
  assert.deepEqual(pageWindow(3, 10), [1, 2, 3, 4, 5, "gap", 10]);
});

test("at the end", () => {
  assert.deepEqual(pageWindow(10, 10), [1, "gap", 8, 9, 10]);
  assert.deepEqual(pageWindow(8, 10), [1, "gap", 6, 7, 8, 9, 10]);
});

test("no gap for a single page", () => {
  assert.deepEqual(pageWindow(5, 20), [1, 2, 3, 4, 5, 6, 7, "gap", 20]);
  assert.deepEqual(pageWindow(16, 20), [1, "gap", 14, 15, 16, 17, 18, 19, 20]);
  assert.deepEqual(pageWindow(5, 9), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a gap for two pages", () => {
  assert.deepEqual(pageWindow(6, 20), [1, "gap", 4, 5, 6, 7, 8, "gap", 20]);
  assert.deepEqual(pageWindow(1, 6), [1, 2, 3, "gap", 6]);
});

test("nothing around", () => {
  assert.deepEqual(pageWindow(5, 10, 0), [1, "gap", 5, "gap", 10]);
  assert.deepEqual(pageWindow(3, 10, 0), [1, 2, 3, "gap", 10]);
  assert.deepEqual(pageWindow(1, 2, 0), [1, 2]);
});

test("few pages", () => {
  assert.deepEqual(pageWindow(1, 0), []);
  assert.deepEqual(pageWindow(1, 1), [1]);
  assert.deepEqual(pageWindow(2, 2), [1, 2]);
  assert.deepEqual(pageWindow(2, 4, 9), [1, 2, 3, 4]);
});

test("current outside of the pages", () => {
  assert.deepEqual(pageWindow(-3, 10, 1), [1, 2, "gap", 10]);
  assert.deepEqual(pageWindow(0, 10), pageWindow(1, 10));
  assert.deepEqual(pageWindow(99, 10), pageWindow(10, 10));
});

test("bad arguments of the window", () => {
  for (const args of [[1, -1], [1, 5, -1], [1.5, 5], [1, 5.5], [1, 5, 0.5], [Number.NaN, 5]]) {
    assert.throws(() => pageWindow(...args), RangeError, String(args));
  }
});

test("entries of pages", () => {
  assert.deepEqual({ ...pageRange(1, 20, 45) }, { from: 1, to: 20, pages: 3 });
  assert.deepEqual({ ...pageRange(3, 20, 45) }, { from: 41, to: 45, pages: 3 });
  assert.deepEqual({ ...pageRange(2, 20, 40) }, { from: 21, to: 40, pages: 2 });
  assert.deepEqual({ ...pageRange(7, 1, 7) }, { from: 7, to: 7, pages: 7 });
});

test("pages outside", () => {
  assert.deepEqual({ ...pageRange(9, 20, 45) }, { from: 41, to: 45, pages: 3 });
  assert.deepEqual({ ...pageRange(-1, 20, 45) }, { from: 1, to: 20, pages: 3 });
});

test("no entries", () => {
  assert.deepEqual({ ...pageRange(1, 20, 0) }, { from: 0, to: 0, pages: 0 });
  assert.deepEqual({ ...pageRange(5, 1, 0) }, { from: 0, to: 0, pages: 0 });
});

test("bad arguments of the range", () => {
  for (const args of [[1, 0, 5], [1, -2, 5], [1, 5, -1], [1.5, 5, 5], [1, 2.5, 5], [1, 5, 5.5]]) {
    assert.throws(() => pageRange(...args), RangeError, String(args));
  }
});
