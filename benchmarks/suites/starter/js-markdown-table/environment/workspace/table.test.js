import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTable, parseTable, tidy } from "./table.js";

const TEXT = "part|count\n:--|--:\nbolt|120\nnut|7|lost\nwasher";
const TABLE = { align: ["left", "right"], header: ["part", "count"], rows: [["bolt", "120"], ["nut", "7"], ["washer", ""]] };
const TIDY = "| part   | count |\n| :----- | ----: |\n| bolt   |   120 |\n| nut    |     7 |\n| washer |       |";

test("parse", () => {
  assert.deepEqual(parseTable(TEXT), TABLE);
  assert.equal(parseTable("no table\nat all"), undefined);
});

test("format", () => {
  assert.equal(formatTable(TABLE), TIDY);
});

test("escaped bars", () => {
  const table = parseTable("| a \\| b |\n| --- |");
  assert.deepEqual(table.header, ["a | b"]);
  assert.equal(formatTable(table), "| a \\| b |\n| ------ |");
});

test("tidy", () => {
  const document = (table) => `# Parts\n\n${table}\n\nAsk for a|b.\n`;
  assert.equal(tidy(document(TEXT.replace("\nwasher", "\nwasher|"))), document(TIDY));
});
