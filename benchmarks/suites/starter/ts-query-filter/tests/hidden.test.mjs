import assert from "node:assert/strict";
import { test } from "node:test";
import { search } from "/workspace/match.ts";
import { parseQuery } from "/workspace/parse.ts";
import { QueryError } from "/workspace/types.ts";

const word = (text, negated = false) => ({ kind: "word", negated, text });
const plain = (...texts) => texts.map((text) => ({ text, quoted: false }));
const quoted = (text) => ({ text, quoted: true });
const field = (name, values, negated = false) => ({ kind: "field", negated, field: name, values });
const comparison = (name, sign, number, negated = false) => ({ kind: "comparison", negated, field: name, sign, number });

function refused(text, position) {
  assert.throws(() => parseQuery(text), (error) => {
    assert.ok(error instanceof QueryError, `${text}: ${error}`);
    assert.equal(error.position, position, text);
    return true;
  });
}

const ORDERS = [
  { id: 1, status: "open", brand: "Blue Star", part: "wheel", price: 80 },
  { id: 2, status: "Open", brand: "Kestrel", part: "Wheel and chain", price: 40.5, tags: ["urgent", "Warranty case"] },
  { id: 3, status: "done", brand: "kestrel", part: "saddle", price: 50, tags: [] },
  { id: 4, status: "*", note: "10:30 pick up", price: "80", part: "" },
];

function ids(query) {
  return search(ORDERS, query).map((order) => order.id);
}

test("words", () => {
  assert.deepEqual(parseQuery("  blue\twheel\n"), [word("blue"), word("wheel")]);
  assert.deepEqual(parseQuery(""), []);
  assert.deepEqual(parseQuery("   "), []);
});

test("quoted words", () => {
  assert.deepEqual(parseQuery('"blue star" "" "a:b" "-x"'), [word("blue star"), word(""), word("a:b"), word("-x")]);
});

test("escapes in quotes", () => {
  assert.deepEqual(parseQuery('"a \\"b\\" \\\\ \\n" x\\"y'), [word('a "b" \\ \\n'), word('x\\"y')]);
});

test("quotes within a word are plain", () => {
  assert.deepEqual(parseQuery('26" a"b c"'), [word('26"'), word('a"b'), word('c"')]);
});

test("negation", () => {
  assert.deepEqual(parseQuery('-a --b -"c d" -e:f -g<1 h-i'), [
    word("a", true), word("-b", true), word("c d", true), field("e", plain("f"), true), comparison("g", "<", 1, true), word("h-i"),
  ]);
});

test("fields", () => {
  assert.deepEqual(parseQuery('status:open b2:"x y" a:b:c a:-1 a:>5'), [
    field("status", plain("open")), field("b2", [quoted("x y")]), field("a", plain("b:c")), field("a", plain("-1")), field("a", plain(">5")),
  ]);
});

test("lists of values", () => {
  assert.deepEqual(parseQuery('a:b,"c, d",e a:"","f"'), [
    field("a", [...plain("b"), quoted("c, d"), ...plain("e")]), field("a", [quoted(""), quoted("f")]),
  ]);
});

test("what is no field name makes a word", () => {
  assert.deepEqual(parseQuery("10:30 Http://x :a a_b:c <5 1<2 é:x a,b:c"), [
    word("10:30"), word("Http://x"), word(":a"), word("a_b:c"), word("<5"), word("1<2"), word("é:x"), word("a,b:c"),
  ]);
});

test("comparisons", () => {
  assert.deepEqual(parseQuery("a<1 a<=2.5 a>-3 a>=0.25 a2>007"), [
    comparison("a", "<", 1), comparison("a", "<=", 2.5), comparison("a", ">", -3), comparison("a", ">=", 0.25), comparison("a2", ">", 7),
  ]);
});

test("unclosed quotes", () => {
  refused('"abc', 0);
  refused('x a:"b', 2);
  refused('x  -"b\\"', 3);
  refused('a:b,"', 0);
});

test("something after a closing quote", () => {
  refused('x "a"b', 2);
  refused('a:"b"c', 0);
  refused('-"a","b"', 0);
});

test("empty values", () => {
  for (const text of ["a:", "a:,b", "a:b,", "a:b,,c"]) refused(`xy ${text}`, 3);
  refused("a: b", 0);
});

test("bad numbers", () => {
  for (const text of ["a<", "a<x", "a>1x", "a>=1.", "a<.5", "a<1e3", "a<+1", "a=<1 a<=<1", 'a<"1"', "a<1,2", "a<--1"]) {
    refused(`b ${text}`, text.startsWith("a=") ? 7 : 2);
  }
});

test("a minus alone", () => {
  refused("-", 0);
  refused("a - b", 2);
});

test("search words", () => {
  assert.deepEqual(ids("WHEEL"), [1, 2]);
  assert.deepEqual(ids("star"), [1]);
  assert.deepEqual(ids("warranty"), [2]);
  assert.deepEqual(ids('"and chain"'), [2]);
  assert.deepEqual(ids("10:30"), [4]);
  assert.deepEqual(ids("wheel star"), [1]);
});

test("words look at texts only", () => {
  assert.deepEqual(ids("40"), []);
  assert.deepEqual(ids("80"), [4]);
  assert.deepEqual(ids("brand"), []);
});

test("the empty query and the empty word match always", () => {
  assert.deepEqual(ids(""), [1, 2, 3, 4]);
  assert.deepEqual(ids('""'), [1, 2, 3, 4]);
  assert.deepEqual(search([{}, { a: 1 }], '""').length, 2);
  assert.deepEqual(ids('-""'), []);
});

test("search fields", () => {
  assert.deepEqual(ids("status:open"), [1, 2]);
  assert.deepEqual(ids("brand:star"), []);
  assert.deepEqual(ids('brand:"blue star",KESTREL'), [1, 2, 3]);
  assert.deepEqual(ids('tags:"warranty case"'), [2]);
  assert.deepEqual(ids("price:80"), [1, 4]);
  assert.deepEqual(ids("price:40.5"), [2]);
  assert.deepEqual(ids('part:""'), [4]);
});

test("having a field", () => {
  assert.deepEqual(ids("tags:*"), [2]);
  assert.deepEqual(ids("-tags:*"), [1, 3, 4]);
  assert.deepEqual(ids('status:"*"'), [4]);
  assert.deepEqual(ids("status:*"), [1, 2, 3, 4]);
  assert.deepEqual(ids("part:*"), [1, 2, 3, 4]);
  assert.deepEqual(ids("note:x,*"), [4]);
});

test("search comparisons", () => {
  assert.deepEqual(ids("price>=50"), [1, 3]);
  assert.deepEqual(ids("price>50"), [1]);
  assert.deepEqual(ids("price<50"), [2]);
  assert.deepEqual(ids("price<=50"), [2, 3]);
  assert.deepEqual(ids("weight<9"), []);
  assert.deepEqual(ids("id>1 id<4"), [2, 3]);
});

test("negated terms", () => {
  assert.deepEqual(ids("-status:open"), [3, 4]);
  assert.deepEqual(ids("-price>=50"), [2, 4]);
  assert.deepEqual(ids("-wheel -saddle"), [4]);
  assert.deepEqual(ids("status:open -brand:kestrel"), [1]);
});

test("only own fields count", () => {
  assert.deepEqual(ids("constructor:*"), []);
  assert.deepEqual(ids("-constructor:*"), [1, 2, 3, 4]);
});

test("a broken query is an error even without orders", () => {
  assert.throws(() => search([], "a:"), QueryError);
});
