import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { table } from "./table.ts";

const columns = [{ title: "name" }, { title: "n", right: true as const }, { title: "detail" }];
const plain = (rows: Parameters<typeof table>[1]) =>
  table(columns, rows).map((line) => stripVTControlCharacters(line));

test("columns are as wide as their content", () => {
  expect(
    plain([
      ["a", "1", "x"],
      [{ text: "longer", color: "green" }, "200", ""],
    ]),
  ).toEqual(["name      n  detail", "a         1  x", "longer  200"]);
});

test("a line fits the page: the last column is cut", () => {
  const [, line = ""] = plain([["a", "1", "x".repeat(300)]]);
  expect(line).toHaveLength(100);
  expect(line.endsWith("x…")).toBe(true);
});

test("cells can neither break the line nor steer the terminal", () => {
  const [, ...lines] = plain([["a\nb\tc", "\x1b[2J", "two\nlines \x1b[31m"]]);
  expect(lines).toEqual(["a b c  \\x1b[2J  two lines \\x1b[31m"]);
});

test("no rows, no table", () => {
  expect(plain([])).toEqual([]);
});
