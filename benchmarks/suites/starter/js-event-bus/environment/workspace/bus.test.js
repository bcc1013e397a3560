import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "./bus.js";
import { Display } from "./display.js";

test("listeners get data and topic", () => {
  const bus = new Bus();
  const seen = [];
  bus.on("a.b", (data, topic) => seen.push([data, topic]));
  assert.equal(bus.emit("a.b", 1), 1);
  assert.equal(bus.emit("a", 2), 0);
  assert.deepEqual(seen, [[1, "a.b"]]);
});

test("wildcards", () => {
  const bus = new Bus();
  const seen = [];
  bus.on("door.*", (_, topic) => seen.push(`* ${topic}`));
  bus.on("door.**", (_, topic) => seen.push(`** ${topic}`));
  bus.emit("door.north");
  bus.emit("door.north.opened");
  assert.deepEqual(seen, ["* door.north", "** door.north", "** door.north.opened"]);
});

test("once", () => {
  const bus = new Bus();
  let calls = 0;
  bus.once("a", () => (calls += 1));
  bus.emit("a");
  bus.emit("a");
  assert.equal(calls, 1);
});

test("the display closes", () => {
  const bus = new Bus();
  const display = new Display(bus);
  bus.emit("door.north", "open");
  bus.emit("power.off");
  bus.emit("door.north", "closed");
  assert.deepEqual(display.lines, ["door.north: open"]);
  assert.equal(bus.size, 0);
});
