import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "/workspace/bus.js";
import { Display } from "/workspace/display.js";

/** Which of the topics a pattern matches. */
function matched(pattern, topics) {
  const bus = new Bus();
  const seen = [];
  bus.on(pattern, (_, topic) => seen.push(topic));
  for (const topic of topics) bus.emit(topic);
  return seen;
}

const TOPICS = ["a", "a.b", "a.c", "a.b.c", "b", "ab", "a.b.c.d", "b.b"];

test("exact patterns", () => {
  assert.deepEqual(matched("a.b", TOPICS), ["a.b"]);
  assert.deepEqual(matched("a", TOPICS), ["a"]);
});

test("one word", () => {
  assert.deepEqual(matched("a.*", TOPICS), ["a.b", "a.c"]);
  assert.deepEqual(matched("*.b", TOPICS), ["a.b", "b.b"]);
  assert.deepEqual(matched("*", TOPICS), ["a", "b", "ab"]);
  assert.deepEqual(matched("a.*.c", TOPICS), ["a.b.c"]);
});

test("zero or more words", () => {
  assert.deepEqual(matched("a.**", TOPICS), ["a", "a.b", "a.c", "a.b.c", "a.b.c.d"]);
  assert.deepEqual(matched("**", TOPICS), TOPICS);
  assert.deepEqual(matched("a.*.**", TOPICS), ["a.b", "a.c", "a.b.c", "a.b.c.d"]);
});

test("words with special characters are plain words", () => {
  assert.deepEqual(matched("a+.b", ["a+.b", "aa.b"]), ["a+.b"]);
  assert.deepEqual(matched("x*.b", ["x*.b", "xy.b"]), ["x*.b"]);
});

test("order of registration and arguments", () => {
  const bus = new Bus();
  const seen = [];
  bus.on("**", (...args) => seen.push(["first", ...args]));
  bus.on("a", (...args) => seen.push(["second", ...args]));
  bus.once("*", (...args) => seen.push(["third", ...args]));
  assert.equal(bus.emit("a", 7), 3);
  assert.deepEqual(seen, [["first", 7, "a"], ["second", 7, "a"], ["third", 7, "a"]]);
});

test("the returned function removes its own registration only", () => {
  const bus = new Bus();
  let calls = 0;
  const listener = () => (calls += 1);
  bus.on("a", listener);
  const stop = bus.on("a", listener);
  stop();
  stop();
  assert.equal(bus.size, 1);
  assert.equal(bus.emit("a"), 1);
  assert.equal(calls, 1);
});

test("the same function several times", () => {
  const bus = new Bus();
  let calls = 0;
  const listener = () => (calls += 1);
  bus.on("a", listener);
  bus.on("*", listener);
  bus.on("a", listener);
  assert.equal(bus.emit("a"), 3);
  assert.equal(calls, 3);
});

test("off removes the oldest of that pattern and function", () => {
  const bus = new Bus();
  const seen = [];
  const listener = () => seen.push("twice");
  bus.on("a", listener);
  bus.on("a", () => seen.push("between"));
  bus.on("a", listener);
  assert.equal(bus.off("a", listener), true);
  bus.emit("a");
  assert.deepEqual(seen, ["between", "twice"]);
  assert.equal(bus.off("*", listener), false);
  assert.equal(bus.off("a", () => {}), false);
  assert.equal(bus.size, 2);
});

test("off removes what once made", () => {
  const bus = new Bus();
  const listener = () => assert.fail("removed");
  bus.once("a", listener);
  assert.equal(bus.off("a", listener), true);
  assert.equal(bus.off("a", listener), false);
  assert.equal(bus.emit("a"), 0);
});

test("once ends before its call", () => {
  const bus = new Bus();
  const sizes = [];
  bus.once("a", () => {
    sizes.push(bus.size);
    bus.emit("a");
  });
  assert.equal(bus.emit("a"), 1);
  assert.deepEqual(sizes, [0]);
});

test("once can be stopped", () => {
  const bus = new Bus();
  bus.once("a", () => assert.fail("stopped"))();
  assert.equal(bus.emit("a"), 0);
});

test("removed during an emit: not called any more", () => {
  const bus = new Bus();
  const seen = [];
  bus.on("a", () => {
    seen.push(1);
    stopThird();
    stopFirst();
  });
  const stopFirst = bus.on("a", () => seen.push(2));
  const stopThird = bus.on("a", () => seen.push(3));
  bus.on("a", () => seen.push(4));
  assert.equal(bus.emit("a"), 2);
  assert.deepEqual(seen, [1, 4]);
});

test("removing oneself skips nobody", () => {
  const bus = new Bus();
  const seen = [];
  const stop = bus.on("a", () => {
    seen.push(1);
    stop();
  });
  bus.on("a", () => seen.push(2));
  bus.emit("a");
  bus.emit("a");
  assert.deepEqual(seen, [1, 2, 2]);
});

test("added during an emit: called by the next", () => {
  const bus = new Bus();
  let calls = 0;
  bus.once("a", () => bus.on("a", () => (calls += 1)));
  assert.equal(bus.emit("a"), 1);
  assert.equal(calls, 0);
  bus.emit("a");
  assert.equal(calls, 1);
});

test("listeners that throw", () => {
  const bus = new Bus();
  const seen = [];
  bus.on("a", () => { throw new Error("one"); });
  bus.on("a", () => seen.push("called"));
  bus.on("a", () => { throw "two"; });
  assert.throws(() => bus.emit("a"), (error) => {
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(error.errors.map((each) => each.message ?? each), ["one", "two"]);
    return true;
  });
  assert.deepEqual(seen, ["called"]);
});

test("a once that throws has ended", () => {
  const bus = new Bus();
  bus.once("a", () => { throw new Error("one"); });
  assert.throws(() => bus.emit("a"), AggregateError);
  assert.equal(bus.emit("a"), 0);
});

test("bad arguments", () => {
  const bus = new Bus();
  for (const pattern of ["", "a..b", ".a", "a.", "**.a", "a.**.b", 5, undefined, null]) {
    assert.throws(() => bus.on(pattern, () => {}), TypeError, `on ${pattern}`);
    assert.throws(() => bus.once(pattern, () => {}), TypeError, `once ${pattern}`);
  }
  for (const listener of [undefined, null, "listener", {}]) assert.throws(() => bus.on("a", listener), TypeError);
  assert.throws(() => bus.once("a"), TypeError);
  assert.equal(bus.size, 0);
});

test("bad topics call nobody", () => {
  const bus = new Bus();
  bus.on("**", () => assert.fail("called"));
  for (const topic of ["", "a..b", ".a", "*", "a.*", "**", "a.**.b", 5, undefined]) {
    assert.throws(() => bus.emit(topic), TypeError, `emit ${topic}`);
  }
});

test("the display", () => {
  const bus = new Bus();
  const display = new Display(bus);
  assert.equal(bus.size, 2);
  bus.emit("door", "?");
  bus.emit("doorbell", "!");
  display.close();
  assert.deepEqual(display.lines, ["door: ?"]);
  assert.equal(bus.size, 0);
});
