import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CircleError, UnknownKitError } from "./errors.js";
import { rebuild, slowest, stages } from "./plan.js";

const kits = JSON.parse(readFileSync(new URL("kits.json", import.meta.url), "utf8"));

test("stages", () => {
  assert.deepEqual(stages(kits), [["frame", "wire"], ["switch"], ["lamp", "torch"]]);
});

test("rebuild", () => {
  assert.deepEqual(rebuild(kits, ["switch"]), [["switch"], ["lamp", "torch"]]);
});

test("slowest", () => {
  assert.deepEqual(slowest(kits, { frame: 30, wire: 5, switch: 10, lamp: 20, torch: 1 }), {
    minutes: 50,
    path: ["frame", "lamp"],
  });
});

test("errors", () => {
  assert.throws(() => stages({ a: ["b"] }), UnknownKitError);
  assert.throws(() => stages({ a: ["b"], b: ["a"] }), CircleError);
});
