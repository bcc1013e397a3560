import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, newest, satisfies } from "/workspace/ranges.js";

function fitting(range, versions) {
  return versions.filter((version) => satisfies(version, range) === true);
}

const RELEASES = ["0.9.0", "1.3.9", "1.4.0", "1.4.2", "1.4.10", "1.5.0", "1.10.0", "2.0.0"];
const CANDIDATES = ["1.4.0-rc1", "1.5.0-rc1", "1.5.0-rc2", "1.5.0-rc10", "1.5.1-rc2", "2.0.0-rc1"];

test("compare releases", () => {
  assert.deepEqual([...RELEASES].reverse().sort(compare), RELEASES);
  assert.equal(compare("1.2.3", "1.2.3"), 0);
  assert.equal(compare("1.2.3", "1.3.0"), -1);
  assert.equal(compare("2.0.0", "1.99.99"), 1);
});

test("compare candidates", () => {
  const versions = ["1.4.9", "1.5.0-rc1", "1.5.0-rc2", "1.5.0-rc10", "1.5.0", "1.5.1-rc1"];
  assert.deepEqual([...versions].reverse().sort(compare), versions);
  assert.equal(compare("1.5.0-rc2", "1.5.0-rc2"), 0);
});

test("what is no version", () => {
  for (const text of ["1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.02.3", "1.2.3-rc0", "1.2.3-rc01", "1.2.3-rc", "1.2.3-beta1", " 1.2.3", "1.2.3 ", "", "1.2.x"]) {
    const named = (error) => error instanceof RangeError && error.message.includes(text);
    assert.throws(() => compare(text, "1.0.0"), named, text);
    assert.throws(() => compare("1.0.0", text), named, text);
    assert.throws(() => satisfies(text, "*"), named, text);
    assert.throws(() => newest(["1.0.0", text], "1.0.0"), named, text);
  }
});

test("exact versions", () => {
  assert.deepEqual(fitting("1.4.2", RELEASES), ["1.4.2"]);
  assert.deepEqual(fitting("=1.4.10", RELEASES), ["1.4.10"]);
});

test("comparisons", () => {
  assert.deepEqual(fitting(">1.4.10", RELEASES), ["1.5.0", "1.10.0", "2.0.0"]);
  assert.deepEqual(fitting(">=1.5.0", RELEASES), ["1.5.0", "1.10.0", "2.0.0"]);
  assert.deepEqual(fitting("<1.4.0", RELEASES), ["0.9.0", "1.3.9"]);
  assert.deepEqual(fitting("<=1.4.0", RELEASES), ["0.9.0", "1.3.9", "1.4.0"]);
});

test("all terms must fit", () => {
  assert.deepEqual(fitting(">1.4.0  <1.10.0", RELEASES), ["1.4.2", "1.4.10", "1.5.0"]);
  assert.deepEqual(fitting(">2.0.0 <1.0.0", RELEASES), []);
});

test("one alternative is enough", () => {
  assert.deepEqual(fitting("<1.0.0||  >=1.5.0 <2.0.0 || 1.4.0", RELEASES), ["0.9.0", "1.4.0", "1.5.0", "1.10.0"]);
});

test("prefixes", () => {
  assert.deepEqual(fitting("1.4.x", RELEASES), ["1.4.0", "1.4.2", "1.4.10"]);
  assert.deepEqual(fitting("0.x || 2.x", RELEASES), ["0.9.0", "2.0.0"]);
  assert.deepEqual(fitting("1.1.x", RELEASES), []);
  assert.deepEqual(fitting("*", RELEASES), RELEASES);
});

test("tilde", () => {
  assert.deepEqual(fitting("~1.4.2", RELEASES), ["1.4.2", "1.4.10"]);
  assert.deepEqual(fitting("~1.4.11", RELEASES), []);
});

test("caret", () => {
  assert.deepEqual(fitting("^1.4.2", RELEASES), ["1.4.2", "1.4.10", "1.5.0", "1.10.0"]);
  assert.deepEqual(fitting("^0.2.0", [...RELEASES, "0.1.9"]), ["0.9.0"]);
});

test("candidates don't fit ranges of releases", () => {
  for (const range of ["*", "1.5.x", "1.x", ">=1.4.0", "<3.0.0", "~1.5.0", "^1.4.0", "1.5.0"]) {
    assert.deepEqual(fitting(range, CANDIDATES), [], range);
  }
});

test("candidates of the same version that a term names", () => {
  assert.deepEqual(fitting(">=1.5.0-rc2", CANDIDATES), ["1.5.0-rc2", "1.5.0-rc10"]);
  assert.deepEqual(fitting("<1.5.0-rc2", CANDIDATES), ["1.5.0-rc1"]);
  assert.deepEqual(fitting("1.5.0-rc2", CANDIDATES), ["1.5.0-rc2"]);
  assert.deepEqual(fitting("~1.5.0-rc2", CANDIDATES), ["1.5.0-rc2", "1.5.0-rc10"]);
  assert.deepEqual(fitting("^1.5.0-rc10", CANDIDATES), ["1.5.0-rc10"]);
});

test("releases fit ranges that name candidates", () => {
  assert.deepEqual(fitting("~1.5.0-rc2", [...RELEASES, "1.5.1"]), ["1.5.0", "1.5.1"]);
  assert.deepEqual(fitting("<1.5.0-rc2", RELEASES), ["0.9.0", "1.3.9", "1.4.0", "1.4.2", "1.4.10"]);
});

test("one term of the alternative allows the candidate, all must fit", () => {
  assert.deepEqual(fitting("1.5.x >=1.5.0-rc1", CANDIDATES), ["1.5.0-rc1", "1.5.0-rc2", "1.5.0-rc10"]);
  assert.deepEqual(fitting(">1.5.0-rc1 <1.5.0-rc10", CANDIDATES), ["1.5.0-rc2"]);
  assert.deepEqual(fitting("1.4.x >=1.5.0-rc1", CANDIDATES), []);
});

test("a candidate must be allowed by the alternative that it fits", () => {
  assert.deepEqual(fitting("1.5.x || >2.0.0-rc1", CANDIDATES), []);
  assert.deepEqual(fitting("1.5.x || >=2.0.0-rc1", CANDIDATES), ["2.0.0-rc1"]);
});

test("what is no range", () => {
  for (const range of ["", " ", "||", "1.0.0 ||", "|| 1.0.0", "1.2", "> 1.0.0", ">1.x", "~1.4", "^1.x", "x", "1.x.x", "1.x.3", ">=", "1.0.0, 2.0.0", "=>1.0.0", "01.x", "!1.0.0"]) {
    assert.throws(() => satisfies("1.0.0", range), RangeError, range);
    assert.throws(() => newest([], range), RangeError, range);
  }
});

test("newest", () => {
  const versions = Object.freeze(["1.9.0", "1.10.0", "2.0.0-rc1", "1.2.0", "2.0.0-rc2"]);
  assert.equal(newest(versions, "*"), "1.10.0");
  assert.equal(newest(versions, "^2.0.0-rc1"), "2.0.0-rc2");
  assert.equal(newest(versions, "1.9.x || 1.2.x"), "1.9.0");
  assert.equal(newest(versions, "3.x"), undefined);
  assert.equal(newest([], "*"), undefined);
});
