import assert from "node:assert/strict";
import { test } from "node:test";
import { FormulaError, ValueError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { parse } from "./parse.ts";
import { calculate } from "./sheet.ts";

function value(source: string) {
  return evaluate(parse(source), (name) => {
    throw new ValueError(`no cell ${name}`);
  });
}

test("arithmetic", () => {
  assert.equal(value("1 + 2 * 3"), 7);
  assert.equal(value("(1 + 2) * 3"), 9);
  assert.equal(value("-2^2"), -4);
});

test("texts and comparisons", () => {
  assert.equal(value("'a' & 1 & 'it''s'"), "a1it's");
  assert.equal(value("1 < 2 and not false"), true);
});

test("functions", () => {
  assert.equal(value("max(1, 5, 3) + round(2.5)"), 8);
  assert.equal(value("if(1 > 2, 1 / 0, 'no')"), "no");
});

test("errors", () => {
  assert.throws(() => parse("1 + * 2"), (error) => error instanceof FormulaError && error.position === 4);
  assert.throws(() => value("1 / 0"), ValueError);
});

test("cells", () => {
  assert.equal(calculate({ net: 10, gross: "=round(net * 1.19, 2)", label: "Total" }).get("gross"), 11.9);
});
