import assert from "node:assert/strict";
import { test } from "node:test";
import { CircleError, UnknownKitError } from "/workspace/errors.js";
import { rebuild, slowest, stages } from "/workspace/plan.js";

const KITS = { car: ["wheel", "seat"], wheel: ["rim", "tyre"], rim: [], tyre: ["rubber"], rubber: [], seat: [], bike: ["wheel"], bell: [] };

function circleOf(kits) {
  try {
    stages(kits);
  } catch (error) {
    assert.ok(error instanceof CircleError, `expected a CircleError, got ${error}`);
    return error.circle;
  }
  assert.fail("nothing thrown");
}

test("no kits", () => {
  assert.deepEqual(stages({}), []);
  assert.deepEqual(rebuild({}, []), []);
  assert.deepEqual(slowest({}, {}), { minutes: 0, path: [] });
});

test("as early as possible, sorted", () => {
  assert.deepEqual(stages(KITS), [["bell", "rim", "rubber", "seat"], ["tyre"], ["wheel"], ["bike", "car"]]);
});

test("sorted by code units", () => {
  assert.deepEqual(stages({ b: [], B: [], a10: [], a9: [], é: [] }), [["B", "a10", "a9", "b", "é"]]);
});

test("needs listed twice", () => {
  assert.deepEqual(stages({ a: ["b", "b"], b: [] }), [["b"], ["a"]]);
});

test("a short and a long way", () => {
  assert.deepEqual(stages({ a: ["b", "d"], b: ["c"], c: ["d"], d: [] }), [["d"], ["c"], ["b"], ["a"]]);
});

test("rebuild what needs it directly or through others", () => {
  assert.deepEqual(rebuild(KITS, ["tyre"]), [["tyre"], ["wheel"], ["bike", "car"]]);
  assert.deepEqual(rebuild(KITS, ["seat"]), [["seat"], ["car"]]);
  assert.deepEqual(rebuild(KITS, ["bell", "bike"]), [["bell"], ["bike"]]);
  assert.deepEqual(rebuild(KITS, []), []);
});

test("rebuild keeps the grouping of all stages", () => {
  const kits = { a: [], b: ["a"], c: ["b"], d: [], e: ["d"], f: ["e", "c"] };
  assert.deepEqual(rebuild(kits, ["b", "d"]), [["d"], ["b", "e"], ["c"], ["f"]]);
  assert.deepEqual(rebuild(kits, ["c", "d"]), [["d"], ["e"], ["c"], ["f"]]);
});

test("changed kits listed twice or in any order", () => {
  assert.deepEqual(rebuild(KITS, ["car", "wheel", "car"]), [["wheel"], ["bike", "car"]]);
});

test("the slowest chain", () => {
  const minutes = { car: 10, wheel: 5, rim: 20, tyre: 3, rubber: 4, seat: 26, bike: 8 };
  assert.deepEqual(slowest(KITS, minutes), { minutes: 36, path: ["seat", "car"] });
  assert.deepEqual(slowest(KITS, { ...minutes, bike: 12 }), { minutes: 37, path: ["rim", "wheel", "bike"] });
  assert.deepEqual(slowest(KITS, { ...minutes, bell: 99 }), { minutes: 99, path: ["bell"] });
});

test("equally long chains: the smallest names, from the end", () => {
  assert.deepEqual(slowest({ z: [], y: [], b: ["z", "y"], a: ["z", "y"] }, { z: 5, y: 5, a: 1, b: 1 }), { minutes: 6, path: ["y", "a"] });
  assert.deepEqual(slowest({ a: ["c"], b: [], c: [] }, { a: 0, b: 7, c: 7 }), { minutes: 7, path: ["c", "a"] });
});

test("kits without minutes take none", () => {
  assert.deepEqual(slowest({ a: ["b"], b: [] }, {}), { minutes: 0, path: ["b", "a"] });
});

test("unknown needs", () => {
  for (const call of [stages, (kits) => rebuild(kits, []), (kits) => slowest(kits, {})]) {
    assert.throws(() => call({ a: ["b"], b: ["nut"] }), (error) => error instanceof UnknownKitError && error.kit === "nut");
  }
});

test("unknown changed kits", () => {
  assert.throws(() => rebuild(KITS, ["rim", "nut"]), (error) => error instanceof UnknownKitError && error.kit === "nut");
});

test("an unknown need goes before a circle", () => {
  assert.throws(() => stages({ a: ["a"], b: ["nut"] }), UnknownKitError);
  assert.throws(() => slowest({ a: ["b"], b: ["a", "nut"] }, {}), UnknownKitError);
});

test("circles", () => {
  assert.deepEqual(circleOf({ a: ["a"] }), ["a"]);
  assert.deepEqual(circleOf({ c: ["a"], b: ["c"], a: ["b"] }), ["a", "b", "c"]);
  assert.deepEqual(circleOf({ b: ["c"], c: ["a"], a: ["b"], d: ["a"], e: [] }), ["a", "b", "c"]);
});

test("what leads to a circle and what hangs on it is no part of it", () => {
  assert.deepEqual(circleOf({ start: ["m"], m: ["x", "free"], x: ["k"], k: ["m"], free: [], user: ["start"] }), ["k", "m", "x"]);
});

test("circles in all functions", () => {
  const kits = { a: ["b"], b: ["a"], c: [] };
  assert.throws(() => rebuild(kits, ["c"]), CircleError);
  assert.throws(() => slowest(kits, {}), CircleError);
});

test("names that objects have", () => {
  assert.throws(() => stages({ a: ["constructor"] }), (error) => error instanceof UnknownKitError && error.kit === "constructor");
  assert.throws(() => rebuild({ a: [] }, ["toString"]), UnknownKitError);
  assert.throws(() => stages({ a: ["__proto__"] }), UnknownKitError);
  assert.deepEqual(stages({ a: ["constructor"], constructor: [] }), [["constructor"], ["a"]]);
  assert.deepEqual(slowest({ valueOf: [] }, {}), { minutes: 0, path: ["valueOf"] });
});

test("arguments stay as they are", () => {
  const kits = Object.freeze({ a: Object.freeze(["c", "b"]), b: Object.freeze([]), c: Object.freeze([]) });
  const changed = Object.freeze(["c", "b"]);
  rebuild(kits, changed);
  slowest(kits, Object.freeze({ a: 1 }));
  assert.deepEqual(kits, { a: ["c", "b"], b: [], c: [] });
});

test("a long chain", () => {
  const kits = {};
  for (let number = 0; number < 5000; number += 1) kits[`k${number}`] = number === 0 ? [] : [`k${number - 1}`];
  assert.equal(stages(kits).length, 5000);
  assert.equal(slowest(kits, { k0: 2, k4999: 3 }).minutes, 5);
  assert.equal(rebuild(kits, ["k4000"]).length, 1000);
  kits.k0 = ["k4999"];
  assert.equal(circleOf(kits).length, 5000);
});

test("many paths", () => {
  const kits = { "0a": [], "0b": [] };
  for (let level = 1; level <= 60; level += 1) {
    for (const side of ["a", "b"]) kits[`${level}${side}`] = [`${level - 1}a`, `${level - 1}b`];
  }
  assert.equal(stages(kits).length, 61);
  assert.equal(slowest(kits, { "30b": 4 }).minutes, 4);
  assert.equal(rebuild(kits, ["0a"]).length, 61);
});
