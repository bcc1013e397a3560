import assert from "node:assert/strict";
import { test } from "node:test";
import { FormulaError, ValueError } from "/workspace/errors.ts";
import { evaluate } from "/workspace/evaluate.ts";
import { parse } from "/workspace/parse.ts";
import { calculate } from "/workspace/sheet.ts";

const CELLS = { x: 3, y_2: 4, t: "abc", yes: true, no: false };

function value(source) {
  return evaluate(parse(source), (name) => {
    if (!Object.hasOwn(CELLS, name)) throw new RangeError(`looked up ${name}`);
    return CELLS[name];
  });
}

function values(expected) {
  for (const [source, result] of Object.entries(expected)) {
    const actual = value(source);
    assert.ok(Object.is(actual, result), `${source}: got ${String(actual)}, expected ${String(result)}`);
  }
}

function misread(expected) {
  for (const [source, position] of Object.entries(expected)) {
    assert.throws(() => parse(source), (error) => {
      assert.ok(error instanceof FormulaError, `${source}: ${error}`);
      assert.equal(error.position, position, source);
      return true;
    }, source);
  }
}

function worthless(...sources) {
  for (const source of sources) {
    const expression = parse(source);
    assert.throws(() => evaluate(expression, (name) => CELLS[name]), ValueError, source);
  }
}

test("numbers and names", () => {
  values({ "12": 12, "0.5": 0.5, "007": 7, x: 3, y_2: 4, " x ": 3, "\tx\n": 3, true: true, false: false });
});

test("texts", () => {
  values({ "''": "", "'a b'": "a b", "'it''s'": "it's", "''''": "'", "'a\n=('": "a\n=(" });
});

test("arithmetic binds as it should", () => {
  values({ "2+3*4": 14, "2*3+4": 10, "10-4-3": 3, "24/4/2": 3, "2*7%4": 2, "7%4*2": 6, "(10-4)*2": 12, "((2))": 2, "1+7%4": 4 });
});

test("powers", () => {
  values({ "2^3^2": 512, "2*3^2": 18, "(2^3)^2": 64, "2^-1": 0.5, "2^-1^2": 0.5, "4^0.5": 2, "2^--2": 4 });
});

test("signs in front", () => {
  values({ "-2^2": -4, "(-2)^2": 4, "--2": 2, "3--2": 5, "3*-2": -6, "-x*2": -6, "-3%2": 1, "2- -x": 5 });
});

test("never minus zero", () => {
  values({ "-0": 0, "0*-1": 0, "0/-5": 0, "-4%2": 0, "round(-0.4)": 0, "min(0,-0)": 0, "-(0)^3": 0 });
});

test("the remainder has the sign of the right side", () => {
  values({ "7%3": 1, "-7%3": 2, "7%-3": -2, "-7%-3": -1, "6%3": 0, "5.5%2": 1.5, "-6%3": 0 });
});

test("joining", () => {
  values({ "'a'&'b'&'c'": "abc", "1+2&3": "33", "'x='&1/4": "x=0.25", "yes&no": "truefalse", "'a'&'b'='ab'": true, "1&2=12": false });
});

test("comparisons", () => {
  values({ "1<2": true, "2<=2": true, "2>2": false, "3>=4": false, "1=1": true, "1<>1": false, "1+1=2": true, "'a'<'b'": true, "'B'<'a'": true, "'10'<'9'": true });
  values({ "1='1'": false, "1<>'1'": true, "true=1": false, "true=true": true, "''=false": false });
});

test("logic", () => {
  values({ "yes and no": false, "yes or no": true, "no and no or yes": true, "yes or yes and no": true, "not yes": false, "not not yes": true });
  values({ "1<2 and 2<3": true, "not no = yes": true, "not (1=2)": true, "no or not no": true, "not yes=no": true });
});

test("the right side is left alone when the left decides", () => {
  values({ "no and missing": false, "yes or missing": true, "no and 1": false, "yes or 1/0": true });
  assert.throws(() => value("yes and missing"), RangeError);
});

test("functions of many numbers", () => {
  values({ "min(3,1,2)": 1, "max(3,1,2)": 3, "sum(1,2,3.5)": 6.5, "sum(x)": 3, "min(-1)": -1, "max( 1 , x+y_2 )": 7, "sum(1, 2)^2": 9 });
});

test("abs and len", () => {
  values({ "abs(-3)": 3, "abs(2)": 2, "len('')": 0, "len(t)": 3, "len('it''s')": 4, "-abs(-x)": -3 });
});

test("round", () => {
  values({ "round(2.5)": 3, "round(-2.5)": -3, "round(2.4)": 2, "round(0.5)": 1, "round(1.005,2)": 1.01, "round(-1.005,2)": -1.01 });
  values({ "round(1.25,1)": 1.3, "round(8.345,2)": 8.35, "round(10.235,2)": 10.24, "round(5,3)": 5, "round(123456.7891,3)": 123456.789, "round(1.4999999,0)": 1 });
});

test("if evaluates what it chose", () => {
  values({ "if(yes,1,missing)": 1, "if(no,1/0,'b')": "b", "if(x>2,if(no,1,2),3)": 2 });
});

test("names that look like words of the language", () => {
  values({ "sum(x,1)": 4 });
  assert.equal(evaluate(parse("android + nothing + TRUE"), () => 1), 3);
  assert.equal(evaluate(parse("sum + min"), (name) => name.length), 6);
  misread({ and: 0, "not": 3, "1 or": 4, "true(1)": 4, "not(": 4 });
});

test("errors in the middle", () => {
  misread({ "1 + * 2": 4, "1 2": 2, "(1": 2, "1)": 1, "()": 1, "f(,1)": 2, "f(1,)": 4, "f(1": 3, "x y": 2, "1 + )": 4, "2 ^ * 3": 4, "f(1 2)": 4, "+1": 0, "'a''b' 'c'": 7 });
});

test("errors at the end", () => {
  misread({ "": 0, "  ": 2, "1 +": 3, "1 + ": 4, "-": 1, "f(": 2, "x = ": 4 });
});

test("characters that begin no token", () => {
  misread({ "1 $ 2": 2, ".5": 0, "5.": 1, "1 + 'abc": 4, "a.b": 1, "1 # (": 2, "é": 0, "1e3": 1, '"a"': 0, "x == 1": 3, "1 ! 2": 2, "'a''": 0, "a\u00a0": 1 });
});

test("of several errors the first", () => {
  misread({ "1 + * $": 4, "1 $ * )": 2, "( 1 2 'x": 4 });
});

test("comparisons can't be chained", () => {
  misread({ "1 < 2 < 3": 6, "1 = 1 = true": 6, "1 <> 2 >= 3": 7 });
  values({ "(1 < 2) = true": true, "1 < 2 and 2 < 3": true });
});

test("wrong types", () => {
  worthless("1 + 'a'", "'a' * 2", "-t", "not 1", "1 and yes", "yes and 1", "no or 't'", "yes + 1", "1 < 'a'", "yes < no", "'a' >= 1", "2 ^ t");
  worthless("min(1,'2')", "sum(yes)", "abs(t)", "len(5)", "round('1')", "round(1,'2')", "if(1,2,3)");
});

test("wrong counts and unknown functions", () => {
  worthless("min()", "sum()", "abs()", "abs(1,2)", "round()", "round(1,2,3)", "len()", "len('a','b')", "if(yes)", "if(yes,1)", "if(yes,1,2,3)");
  worthless("foo(1)", "Min(1)", "constructor(1)", "toString()");
});

test("digits of round", () => {
  worthless("round(1,-1)", "round(1,0.5)", "round(1,11)");
  values({ "round(0.00005,4)": 0.0001, "round(7,10)": 7 });
});

test("no result", () => {
  worthless("1/0", "0/0", "5%0", "10^400", "(-8)^0.5", "0^-1", "sum(10^308, 10^308)", "10^308*10", "x/(x-3)");
});

test("arguments are evaluated before they are checked", () => {
  assert.throws(() => value("sum('a', missing)"), RangeError);
  assert.throws(() => value("foo(missing)"), RangeError);
  assert.throws(() => value("'a' + missing"), RangeError);
});

test("what lookup throws goes to the caller", () => {
  const reason = new Error("reason");
  assert.throws(() => evaluate(parse("1 + a"), () => { throw reason; }), reason);
});

test("sheets", () => {
  const cells = { gross: "=net + tax", net: "=round(pieces * price, 2)", tax: "=round(net * 0.19, 2)", pieces: 3, price: 3.35, note: "net", label: "=note & ': ' & gross" };
  assert.deepEqual(Object.fromEntries(calculate(cells)), { ...cells, gross: 11.96, net: 10.05, tax: 1.91, label: "net: 11.96" });
  assert.throws(() => calculate({ a: "=b", b: "=a" }), ValueError);
  assert.throws(() => calculate({ a: "=b +" }), FormulaError);
});
