import assert from "node:assert/strict";
import { test } from "node:test";
import { slugify, uniqueSlug } from "/workspace/slug.js";

test("plain titles", () => {
  assert.equal(slugify("Release 2.0 is out"), "release-2-0-is-out");
  assert.equal(slugify("already-a-slug"), "already-a-slug");
});

test("no hyphens at the ends, none doubled", () => {
  assert.equal(slugify("--- (a) -- b! ---"), "a-b");
});

test("composed and decomposed accents", () => {
  assert.equal(slugify("Café"), "cafe");
  assert.equal(slugify("Cafe\u0301"), "cafe");
  assert.equal(slugify("ÀÉÎÕÜ ñ ç"), "aeiou-n-c");
});

test("letters that are written out", () => {
  assert.equal(slugify("Straße Æon œuvre Ørsted Đorđe Łódź"), "strasse-aeon-oeuvre-orsted-dorde-lodz");
});

test("ampersand and at sign are words", () => {
  assert.equal(slugify("R&D"), "r-and-d");
  assert.equal(slugify("me@home & you"), "me-at-home-and-you");
});

test("apostrophes vanish", () => {
  assert.equal(slugify("Don't say it’s 'over'"), "dont-say-its-over");
});

test("other scripts separate", () => {
  assert.equal(slugify("ab日本cd"), "ab-cd");
});

test("a title that fits exactly is kept", () => {
  assert.equal(slugify("one two", 7), "one-two");
});

test("a word that does not fit is left out", () => {
  assert.equal(slugify("one two", 6), "one");
  assert.equal(slugify("one two", 4), "one");
});

test("all words after one that does not fit are left out", () => {
  assert.equal(slugify("one something x", 6), "one");
});

test("a first word that is too long is cut", () => {
  assert.equal(slugify("extraordinary day", 5), "extra");
  assert.equal(slugify("a".repeat(70)), "a".repeat(60));
});

test("60 characters by default", () => {
  assert.equal(slugify(`${"a".repeat(58)} b c`), `${"a".repeat(58)}-b`);
});

test("nothing left", () => {
  assert.equal(slugify(""), "untitled");
  assert.equal(slugify("'!?'", 3), "untitled");
});

test("a free slug stays", () => {
  assert.equal(uniqueSlug("Hello World", new Set(["hello"])), "hello-world");
});

test("the first free number", () => {
  assert.equal(uniqueSlug("Hello", new Set(["hello", "hello-2", "hello-3", "hello-5"])), "hello-4");
  assert.equal(uniqueSlug("Hello", new Set(["hello", "hello-2", "hello-4"])), "hello-3");
});

test("the suffix comes on top of the length, and the set stays as it is", () => {
  const long = "b".repeat(60);
  const taken = new Set([long]);
  assert.equal(uniqueSlug("b".repeat(99), taken), `${long}-2`);
  assert.deepEqual([...taken], [long]);
});

test("untitled articles are numbered too", () => {
  assert.equal(uniqueSlug("???", new Set(["untitled"])), "untitled-2");
});
