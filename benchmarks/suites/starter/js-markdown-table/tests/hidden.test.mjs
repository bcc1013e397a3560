import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTable, parseTable, tidy } from "/workspace/table.js";

test("with and without outer bars", () => {
  const table = { align: ["none", "none"], header: ["a", "b"], rows: [["1", "2"]] };
  assert.deepEqual(parseTable("a|b\n-|-\n1|2"), table);
  assert.deepEqual(parseTable("| a | b |\n|---|---|\n|1|2|"), table);
  assert.deepEqual(parseTable("  |a|b\n---|---|  \n1|2 |"), table);
});

test("alignments", () => {
  assert.deepEqual(parseTable("a|b|c|d|e\n:-|-:|:-:|-|:------:").align, ["left", "right", "center", "none", "center"]);
});

test("one column", () => {
  assert.deepEqual(parseTable("|a|\n|-|\n|1|\n2"), { align: ["none"], header: ["a"], rows: [["1"], ["2"]] });
  assert.deepEqual(parseTable("a|\n-|"), { align: ["none"], header: ["a"], rows: [] });
});

test("empty cells stay", () => {
  assert.deepEqual(parseTable("|a||c|\n|-|-|-|\n||2||\n| | |3|").rows, [["", "2", ""], ["", "", "3"]]);
  assert.deepEqual(parseTable("|a||c|\n|-|-|-|").header, ["a", "", "c"]);
});

test("missing and surplus cells", () => {
  assert.deepEqual(parseTable("a|b\n-|-\n1\n1|2|3\n||").rows, [["1", ""], ["1", "2"], ["", ""]]);
});

test("blank lines around", () => {
  assert.deepEqual(parseTable("\n  \na|b\n-|-\n\n \n"), { align: ["none", "none"], header: ["a", "b"], rows: [] });
});

test("escapes", () => {
  assert.deepEqual(parseTable("a\\|b|c\\d\n-|-\n\\||\\\\n").header, ["a|b", "c\\d"]);
  assert.deepEqual(parseTable("a|b\n-|-\nx\\|y\\|z|1").rows, [["x|y|z", "1"]]);
  assert.deepEqual(parseTable("a|b\n-|-\n1|2\\|").rows, [["1", "2|"]]);
});

test("no tables", () => {
  for (const text of ["", "a|b", "a|b\n1|2", "a|b\n-", "a|b\n-|-|-", "a\n-", "a\\|b\n-|", "a|b\n-|:", "a|b\n-|::-", "a|b\n-|- -", "a|b\n-|=", "a|b\n\n-|-", "a|b\n-|-\n\n1|2", "a|b\n|-", "a|b\n-||-"]) {
    assert.equal(parseTable(text), undefined, JSON.stringify(text));
  }
});

test("the narrowest columns", () => {
  const table = { align: ["left", "right", "center", "none"], header: ["", "b", "c", "d"], rows: [] };
  assert.equal(formatTable(table), "|     |   b |  c  | d   |\n| :-- | --: | :-: | --- |");
});

test("wide columns", () => {
  const table = { align: ["left", "right", "center", "none"], header: ["a", "b", "c", "d"], rows: [["12345", "12345", "12345", "12345"], ["ab", "ab", "ab", "ab"]] };
  assert.equal(formatTable(table), [
    "| a     |     b |   c   | d     |",
    "| :---- | ----: | :---: | ----- |",
    "| 12345 | 12345 | 12345 | 12345 |",
    "| ab    |    ab |  ab   | ab    |",
  ].join("\n"));
});

test("escaped bars count as written", () => {
  assert.equal(formatTable({ align: ["right"], header: ["a"], rows: [["x|y"], ["|"]] }), "|    a |\n| ---: |\n| x\\|y |\n|   \\| |");
});

test("width in code points", () => {
  assert.equal(formatTable({ align: ["none"], header: ["é🙂é🙂"], rows: [["abcd"], ["🙂"]] }), "| é🙂é🙂 |\n| ---- |\n| abcd |\n| 🙂    |");
});

test("formatting again changes nothing, and nothing is lost", () => {
  const text = "x\\|y|b|\n:-:|--:|\n|1\\|2\n\\d|4|5";
  const once = formatTable(parseTable(text));
  assert.equal(formatTable(parseTable(once)), once);
  assert.deepEqual(parseTable(once), parseTable(text));
});

test("tables in a document", () => {
  assert.equal(tidy("Text\na|b\n-|-\n1|2\nend\n\nc|d\n-|-"), "Text\n| a   | b   |\n| --- | --- |\n| 1   | 2   |\nend\n\n| c   | d   |\n| --- | --- |");
});

test("a table ends at a line without a bar", () => {
  assert.equal(tidy("a|b\n-|-\n1\\|2\n3|4"), "| a   | b   |\n| --- | --- |\n1\\|2\n3|4");
  assert.equal(tidy("a|b\n-|-\n  \n1|2"), "| a   | b   |\n| --- | --- |\n  \n1|2");
});

test("documents without tables stay", () => {
  for (const text of ["", "\n\n", "a|b\n", "a|b\n-", "- one\n- two | three\n", "a\n---\nb|c\n"]) assert.equal(tidy(text), text);
});

test("a line before the header that looks like one", () => {
  assert.equal(tidy("x|y\na|b\n-|-"), "x|y\n| a   | b   |\n| --- | --- |");
});

test("fences", () => {
  const inside = "```\na|b\n-|-\n```";
  assert.equal(tidy(`${inside}\na|b\n-|-\n`), `${inside}\n| a   | b   |\n| --- | --- |\n`);
  assert.equal(tidy("  ```md\na|b\n-|-\n"), "  ```md\na|b\n-|-\n");
});
