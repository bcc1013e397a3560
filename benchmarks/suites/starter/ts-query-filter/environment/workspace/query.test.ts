import assert from "node:assert/strict";
import { test } from "node:test";
import { search } from "./match.ts";
import { parseQuery } from "./parse.ts";
import { QueryError } from "./types.ts";

const ORDERS = [
  { id: 1, status: "open", brand: "Blue Star", part: "wheel", price: 80 },
  { id: 2, status: "open", brand: "Kestrel", part: "Wheel and chain", price: 40, tags: ["urgent"] },
  { id: 3, status: "done", brand: "Kestrel", part: "saddle", price: 55 },
];

function ids(query: string) {
  return search(ORDERS, query).map((order) => order.id);
}

test("parse", () => {
  assert.deepEqual(parseQuery('status:open,"on hold" -wheel  price>=50'), [
    { kind: "field", negated: false, field: "status", values: [{ text: "open", quoted: false }, { text: "on hold", quoted: true }] },
    { kind: "word", negated: true, text: "wheel" },
    { kind: "comparison", negated: false, field: "price", sign: ">=", number: 50 },
  ]);
});

test("errors say where", () => {
  assert.throws(() => parseQuery('a "b'), (error) => error instanceof QueryError && error.position === 2);
});

test("search", () => {
  assert.deepEqual(ids("wheel"), [1, 2]);
  assert.deepEqual(ids('status:open -brand:"blue star"'), [2]);
  assert.deepEqual(ids("price>=50"), [1, 3]);
  assert.deepEqual(ids("tags:*"), [2]);
});
