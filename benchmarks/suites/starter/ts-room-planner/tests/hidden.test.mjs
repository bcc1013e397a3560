import assert from "node:assert/strict";
import { test } from "node:test";
import { assign } from "/workspace/assign.ts";
import { overview } from "/workspace/overview.ts";
import { formatTime, free, overlap, parseTime } from "/workspace/slots.ts";

const slot = (begin, end) => ({ begin, end });
const room = (name, more = {}) => ({ name, seats: 10, features: [], open: slot(480, 1080), cleaning: 0, ...more });
const request = (id, begin, end, more = {}) => ({ id, slot: slot(begin, end), people: 5, features: [], priority: 0, ...more });

/** Bookings as `ROOM ID BEGIN-END`, refusals as `ID REASON`. */
function plan(rooms, requests) {
  const { bookings, refused } = assign(rooms, requests);
  return [
    bookings.map(({ id, room, slot }) => `${room} ${id} ${slot.begin}-${slot.end}`),
    refused.map(({ id, reason }) => `${id} ${reason}`),
  ];
}

test("times are read", () => {
  assert.deepEqual(["00:00", "00:01", "09:30", "23:59", "24:00"].map(parseTime), [0, 1, 570, 1439, 1440]);
});

test("what is no time", () => {
  for (const text of ["24:01", "9:30", "09:3", "09:60", "0930", "09:30 ", "aa:bb", "", "-1:00", "99:00", "09:30:00"]) {
    assert.throws(() => parseTime(text), RangeError, text);
  }
});

test("times are written", () => {
  assert.deepEqual([0, 59, 60, 119, 605, 1440].map(formatTime), ["00:00", "00:59", "01:00", "01:59", "10:05", "24:00"]);
});

test("overlap", () => {
  assert.equal(overlap(slot(0, 10), slot(5, 15)), true);
  assert.equal(overlap(slot(0, 30), slot(10, 20)), true);
  assert.equal(overlap(slot(10, 20), slot(0, 30)), true);
  assert.equal(overlap(slot(0, 10), slot(10, 20)), false);
  assert.equal(overlap(slot(10, 20), slot(0, 10)), false);
  assert.equal(overlap(slot(0, 5), slot(6, 9)), false);
});

test("free slots", () => {
  assert.deepEqual(free([], slot(10, 20)), [slot(10, 20)]);
  assert.deepEqual(free([slot(40, 50), slot(10, 20)], slot(0, 60)), [slot(0, 10), slot(20, 40), slot(50, 60)]);
  assert.deepEqual(free([slot(0, 10), slot(50, 60)], slot(0, 60)), [slot(10, 50)]);
  assert.deepEqual(free([slot(0, 60)], slot(0, 60)), []);
});

test("free slots: overlapping, touching and reaching beyond", () => {
  assert.deepEqual(free([slot(10, 40), slot(15, 20), slot(40, 45)], slot(0, 60)), [slot(0, 10), slot(45, 60)]);
  assert.deepEqual(free([slot(-20, 5), slot(55, 90)], slot(0, 60)), [slot(5, 55)]);
  assert.deepEqual(free([slot(-20, -5), slot(70, 90)], slot(0, 60)), [slot(0, 60)]);
  assert.deepEqual(free([slot(-20, 90)], slot(0, 60)), []);
});

test("free does not change its arguments", () => {
  const taken = Object.freeze([slot(40, 50), slot(10, 20)]);
  free(taken, slot(0, 60));
  assert.deepEqual(taken, [slot(40, 50), slot(10, 20)]);
});

test("order of treatment", () => {
  const requests = [request("d", 600, 660), request("c", 590, 650), request("b", 590, 650), request("a", 600, 660, { priority: 2 })];
  assert.deepEqual(plan([room("R")], requests), [["R a 600-660"], ["b taken", "c taken", "d taken"]]);
  assert.deepEqual(plan([room("R")], requests.slice(0, 3)), [["R b 590-650"], ["c taken", "d taken"]]);
  assert.deepEqual(plan([room("R")], [request("a", 600, 660), request("B", 600, 660)]), [["R B 600-660"], ["a taken"]]);
});

test("seats", () => {
  assert.deepEqual(plan([room("R", { seats: 1 })], [request("a", 600, 660, { people: 1 })])[0], ["R a 600-660"]);
  assert.deepEqual(plan([room("R")], [request("a", 600, 660, { people: 10 })])[0], ["R a 600-660"]);
  assert.deepEqual(plan([room("R")], [request("a", 600, 660, { people: 11 })])[1], ["a size"]);
});

test("features", () => {
  const rooms = [room("R", { features: ["beamer", "piano"] })];
  assert.deepEqual(plan(rooms, [request("a", 600, 660)])[0], ["R a 600-660"]);
  assert.deepEqual(plan(rooms, [request("a", 600, 660, { features: ["piano", "beamer"] })])[0], ["R a 600-660"]);
  assert.deepEqual(plan(rooms, [request("a", 600, 660, { features: ["piano", "stage"] })])[1], ["a size"]);
});

test("opening times", () => {
  assert.deepEqual(plan([room("R")], [request("a", 480, 1080)])[0], ["R a 480-1080"]);
  assert.deepEqual(plan([room("R")], [request("a", 479, 540), request("b", 1070, 1081)])[1], ["a closed", "b closed"]);
});

test("bookings may touch when there is no cleaning", () => {
  assert.deepEqual(plan([room("R")], [request("a", 600, 660), request("b", 660, 700), request("c", 540, 600)])[0],
    ["R c 540-600", "R a 600-660", "R b 660-700"]);
});

test("cleaning between bookings", () => {
  const rooms = [room("R", { cleaning: 10 })];
  const first = request("a", 600, 660, { priority: 1 });
  assert.deepEqual(plan(rooms, [first, request("b", 670, 700)])[0], ["R a 600-660", "R b 670-700"]);
  assert.deepEqual(plan(rooms, [first, request("b", 669, 700)])[1], ["b taken"]);
  assert.deepEqual(plan(rooms, [first, request("b", 540, 590)])[0], ["R b 540-590", "R a 600-660"]);
  assert.deepEqual(plan(rooms, [first, request("b", 540, 591)])[1], ["b taken"]);
});

test("no cleaning at the ends of the day", () => {
  assert.deepEqual(plan([room("R", { cleaning: 30 })], [request("a", 480, 700), request("b", 730, 1080)])[1], []);
});

test("the smallest room that fits", () => {
  const rooms = [room("A", { seats: 30 }), room("B", { seats: 8 }), room("C", { seats: 4 })];
  assert.deepEqual(plan(rooms, [request("a", 600, 660), request("b", 600, 660), request("c", 600, 660)]), [["A b 600-660", "B a 600-660"], ["c taken"]]);
});

test("then the fewest features, then the name", () => {
  const rooms = [room("c"), room("A", { features: ["x", "y"] }), room("b"), room("D", { features: ["x"] })];
  const requests = ["1", "2", "3", "4"].map((id) => request(id, 600, 660));
  assert.deepEqual(plan(rooms, requests)[0], ["A 4 600-660", "D 3 600-660", "b 1 600-660", "c 2 600-660"]);
});

test("shifts", () => {
  const first = request("a", 600, 660, { priority: 1 });
  assert.deepEqual(plan([room("R")], [first, request("b", 600, 630, { flexible: 60 })])[0], ["R a 600-660", "R b 660-690"]);
  assert.deepEqual(plan([room("R")], [first, request("b", 600, 630, { flexible: 45 })])[1], ["b taken"]);
  assert.deepEqual(plan([room("R")], [first, request("b", 610, 630, { flexible: 60 })])[0], ["R a 600-660", "R b 670-690"]);
});

test("a room now goes before a smaller one later", () => {
  const rooms = [room("S", { seats: 5 }), room("L", { seats: 50 })];
  const requests = [request("a", 600, 660, { priority: 1 }), request("b", 600, 660, { flexible: 120 })];
  assert.deepEqual(plan(rooms, requests)[0], ["L b 600-660", "S a 600-660"]);
});

test("a shift into the opening time", () => {
  assert.deepEqual(plan([room("R")], [request("a", 450, 500, { flexible: 30 })])[0], ["R a 480-530"]);
  assert.deepEqual(plan([room("R")], [request("a", 450, 500, { flexible: 15 })])[1], ["a closed"]);
});

test("an earlier request is not moved for a later one", () => {
  const requests = [request("a", 600, 660, { priority: 1, flexible: 60 }), request("b", 600, 660)];
  assert.deepEqual(plan([room("R")], requests), [["R a 600-660"], ["b taken"]]);
});

test("reasons", () => {
  const rooms = [room("R"), room("L", { seats: 50, open: slot(600, 700) })];
  const requests = [
    request("huge", 600, 650, { people: 51, priority: 9 }), request("first", 600, 700, { people: 20, priority: 8 }),
    request("late", 690, 710, { people: 20, priority: 7 }), request("same", 640, 660, { people: 20, priority: 6 }),
    request("edge", 590, 610, { people: 20, priority: 5, flexible: 15 }),
  ];
  assert.deepEqual(plan(rooms, requests)[1], ["huge size", "late closed", "same taken", "edge taken"]);
});

test("bad requests", () => {
  for (const bad of [request("x", 600, 600), request("x", 660, 600), request("x", 600, 660, { people: 0 }), request("ok", 700, 760)]) {
    assert.throws(() => assign([room("R")], [request("ok", 600, 660), bad]), RangeError);
  }
  assert.throws(() => assign([], [request("a", 600, 660), request("a", 700, 760)]), RangeError);
});

test("lists stay as they are", () => {
  const rooms = Object.freeze([room("b"), room("a")]);
  const requests = Object.freeze([request("z", 700, 760), request("y", 600, 660, { priority: 3 })]);
  assign(rooms, requests);
  overview(rooms, Object.freeze([]));
  assert.deepEqual([rooms[0].name, requests[0].id], ["b", "z"]);
});

test("overview", () => {
  const rooms = [room("Hall"), room("Attic", { open: slot(600, 700) }), room("Hall 2"), room("attic")];
  const bookings = [
    { id: "late", room: "Hall", slot: slot(1000, 1080) }, { id: "early", room: "Hall", slot: slot(485, 600) },
    { id: "other", room: "Hall 2", slot: slot(480, 1080) }, { id: "short", room: "Attic", slot: slot(600, 669) },
  ];
  assert.deepEqual(overview(rooms, Object.freeze(bookings)), [
    "Attic (69%)", "  10:00-11:09 short", "Hall (32%)", "  08:05-10:00 early", "  16:40-18:00 late",
    "Hall 2 (100%)", "  08:00-18:00 other", "attic (0%)", "  free",
  ]);
});

test("the use is rounded down", () => {
  const use = (minutes) => overview([room("R", { open: slot(0, 300) })], [{ id: "a", room: "R", slot: slot(0, minutes) }])[0];
  assert.deepEqual([use(2), use(3), use(299), use(300)], ["R (0%)", "R (1%)", "R (99%)", "R (100%)"]);
});

test("a room that is never open", () => {
  assert.deepEqual(overview([room("R", { open: slot(600, 600) })], []), ["R (0%)", "  free"]);
});
