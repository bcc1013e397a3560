import assert from "node:assert/strict";
import { test } from "node:test";
import { assign } from "./assign.ts";
import { overview } from "./overview.ts";
import { formatTime, free, parseTime } from "./slots.ts";

const slot = (begin: string, end: string) => ({ begin: parseTime(begin), end: parseTime(end) });
const room = { name: "Hall", seats: 40, features: ["piano"], open: slot("08:00", "18:00"), cleaning: 15 };
const office = { name: "Attic", seats: 6, features: [], open: slot("09:00", "12:00"), cleaning: 0 };
const request = { id: "choir", slot: slot("10:00", "11:00"), people: 20, features: ["piano"], priority: 1 };

test("times", () => {
  assert.equal(parseTime("09:30"), 570);
  assert.equal(formatTime(545), "09:05");
});

test("free slots", () => {
  assert.deepEqual(free([{ begin: 20, end: 30 }], { begin: 0, end: 60 }), [{ begin: 0, end: 20 }, { begin: 30, end: 60 }]);
});

test("the higher priority wins", () => {
  const { bookings, refused } = assign([room], [request, { ...request, id: "gala", priority: 5 }]);
  assert.deepEqual(bookings, [{ id: "gala", room: "Hall", slot: request.slot }]);
  assert.deepEqual(refused, [{ id: "choir", reason: "taken" }]);
});

test("a flexible request is shifted", () => {
  const { bookings } = assign([room], [request, { ...request, id: "band", priority: 0, flexible: 90 }]);
  assert.deepEqual(bookings[1], { id: "band", room: "Hall", slot: slot("11:15", "12:15") });
});

test("overview", () => {
  assert.deepEqual(overview([room, office], [{ id: "choir", room: "Hall", slot: request.slot }]), [
    "Attic (0%)",
    "  free",
    "Hall (10%)",
    "  10:00-11:00 choir",
  ]);
});
