import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, newest, satisfies } from "./ranges.js";

test("numbers compare as numbers", () => {
  assert.equal(compare("1.10.0", "1.9.0"), 1);
  assert.equal(compare("1.0.0-rc1", "1.0.0"), -1);
});

test("comparisons", () => {
  assert.equal(satisfies("1.4.2", ">=1.4.0 <2.0.0"), true);
  assert.equal(satisfies("2.0.0", ">=1.4.0 <2.0.0"), false);
  assert.equal(satisfies("3.0.0", "1.0.0 || =3.0.0"), true);
});

test("short forms", () => {
  assert.equal(satisfies("1.4.9", "1.4.x"), true);
  assert.equal(satisfies("1.5.0", "~1.4.2"), false);
  assert.equal(satisfies("1.5.0", "^1.4.2"), true);
});

test("candidates", () => {
  assert.equal(satisfies("1.5.0-rc2", ">=1.5.0-rc1"), true);
  assert.equal(satisfies("1.5.0-rc2", ">=1.4.0"), false);
});

test("newest", () => {
  assert.equal(newest(["1.2.0", "1.10.0", "2.0.0"], "1.x"), "1.10.0");
});
