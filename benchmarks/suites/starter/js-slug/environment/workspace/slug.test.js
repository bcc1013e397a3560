import assert from "node:assert/strict";
import { test } from "node:test";
import { slugify, uniqueSlug } from "./slug.js";

test("words are joined by single hyphens", () => {
  assert.equal(slugify("  Hello,   World! "), "hello-world");
});

test("accents are removed", () => {
  assert.equal(slugify("Crème brûlée"), "creme-brulee");
});

test("long titles are cut between words", () => {
  assert.equal(slugify("one two three", 8), "one-two");
});

test("a taken slug gets a number", () => {
  assert.equal(uniqueSlug("Hello", new Set()), "hello");
  assert.equal(uniqueSlug("Hello", new Set(["hello"])), "hello-2");
});
