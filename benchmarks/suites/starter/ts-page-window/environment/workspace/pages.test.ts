import assert from "node:assert/strict";
import { test } from "node:test";
import { pageRange, pageWindow } from "./pages.ts";

test("in the middle", () => {
  assert.deepEqual(pageWindow(10, 20), [1, "gap", 8, 9, 10, 11, 12, "gap", 20]);
});

test("at the beginning", () => {
  assert.deepEqual(pageWindow(1, 20), [1, 2, 3, "gap", 20]);
});

test("few pages", () => {
  assert.deepEqual(pageWindow(2, 3), [1, 2, 3]);
});

test("entries of a page", () => {
  assert.deepEqual(pageRange(2, 20, 45), { from: 21, to: 40, pages: 3 });
});
