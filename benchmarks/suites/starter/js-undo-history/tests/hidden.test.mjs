import assert from "node:assert/strict";
import { test } from "node:test";
import { Document } from "/workspace/document.js";
import { Editor } from "/workspace/editor.js";

/** All texts that undoing step by step gives, the present one first. */
function back(editor) {
  const texts = [editor.text];
  while (texts.length < 50 && editor.undo()) texts.push(editor.text);
  return texts;
}

function typed(...texts) {
  const editor = new Editor();
  for (const text of texts) editor.type(text);
  return editor;
}

test("document: replace returns the change", () => {
  const document = new Document("abcdef");
  assert.deepEqual({ ...document.replace(1, 3, "xyz") }, { start: 1, removed: "bc", inserted: "xyz" });
  assert.equal(document.text, "axyzdef");
});

test("document: apply and revert", () => {
  const document = new Document("abcdef");
  const change = document.replace(1, 3, "wxyz");
  document.revert(change);
  assert.deepEqual([document.text, document.cursor], ["abcdef", 3]);
  document.cursor = 0;
  document.apply(change);
  assert.deepEqual([document.text, document.cursor], ["awxyzdef", 5]);
  document.cursor = 8;
  document.revert(change);
  assert.equal(document.cursor, 3);
});

test("document: the cursor moves with the text", () => {
  for (const [cursor, start, end, text, expected] of [
    [5, 1, 3, "x", 4], [5, 1, 3, "wxyz", 7], [3, 1, 3, "x", 2], [2, 1, 3, "wxyz", 5], [1, 1, 3, "x", 1], [0, 1, 3, "x", 0],
    [2, 2, 2, "xy", 4], [3, 2, 2, "xy", 5], [1, 2, 2, "xy", 1], [6, 0, 6, "", 0], [4, 1, 3, "", 2],
  ]) {
    const document = new Document("abcdef");
    document.cursor = cursor;
    document.replace(start, end, text);
    assert.equal(document.cursor, expected, JSON.stringify([cursor, start, end, text]));
  }
});

test("document: bad positions change nothing", () => {
  const document = new Document("abc");
  for (const [start, end] of [[-1, 1], [2, 1], [0, 4], [0.5, 1], [0, 1.5], [Number.NaN, 1], [0, undefined]]) {
    assert.throws(() => document.replace(start, end, "x"), RangeError, `${start} ${end}`);
  }
  assert.deepEqual([document.text, document.cursor], ["abc", 3]);
});

test("typing is one step, also in the middle", () => {
  const editor = new Editor("ad");
  editor.moveTo(1);
  editor.type("b");
  editor.type("c");
  assert.deepEqual([editor.text, editor.cursor], ["abcd", 3]);
  assert.deepEqual(back(editor), ["abcd", "ad"]);
  assert.equal(editor.cursor, 1);
});

test("line ends finish a step", () => {
  assert.deepEqual(back(typed("a", "\n", "b", "c\nd", "e")), ["a\nbc\nde", "a\nbc\nd", "a\n", ""]);
  assert.deepEqual(back(typed("\n", "\n")), ["\n\n", "\n", ""]);
});

test("moving to the same place begins a step", () => {
  const editor = typed("a");
  editor.moveTo(1);
  editor.type("b");
  assert.deepEqual(back(editor), ["ab", "a", ""]);
});

test("backspaces are one step", () => {
  const editor = typed("abc");
  editor.backspace();
  editor.backspace();
  editor.type("x");
  assert.deepEqual(back(editor), ["ax", "a", "abc", ""]);
});

test("a move divides backspaces", () => {
  const editor = new Editor("abc");
  editor.backspace();
  editor.moveTo(1);
  editor.backspace();
  assert.deepEqual(back(editor), ["b", "ab", "abc"]);
});

test("backspace removes whole emoji", () => {
  const editor = new Editor("😀x😀");
  editor.backspace();
  editor.backspace();
  assert.deepEqual([editor.text, editor.cursor], ["😀", 2]);
  editor.backspace();
  assert.deepEqual([editor.text, editor.cursor], ["", 0]);
  assert.deepEqual(back(editor), ["", "😀x😀"]);
});

test("what changes nothing makes no step and ends none", () => {
  const editor = typed("a");
  editor.type("");
  assert.equal(editor.replaceAll("x", "y"), 0);
  editor.type("b");
  assert.deepEqual(back(editor), ["ab", ""]);
  editor.backspace();
  editor.type("");
  editor.replaceAll("x", "y");
  assert.equal(editor.redo(), true);
  assert.equal(editor.text, "ab");
});

test("a backspace at the beginning does nothing", () => {
  const editor = new Editor("ab");
  editor.moveTo(1);
  editor.backspace();
  editor.backspace();
  assert.equal(editor.text, "b");
  assert.deepEqual(back(editor), ["b", "ab"]);
});

test("replace all", () => {
  const editor = new Editor("a-a-a");
  assert.equal(editor.replaceAll("a", "bb"), 3);
  assert.deepEqual([editor.text, editor.cursor], ["bb-bb-bb", 8]);
  assert.deepEqual(back(editor), ["bb-bb-bb", "a-a-a"]);
  assert.equal(editor.redo(), true);
  assert.equal(editor.text, "bb-bb-bb");
});

test("replace all does not look at what it wrote", () => {
  const editor = new Editor("aaa b");
  assert.equal(editor.replaceAll("a", "aa"), 3);
  assert.deepEqual([editor.text, editor.cursor], ["aaaaaa b", 6]);
  assert.equal(editor.replaceAll("aa", ""), 3);
  assert.equal(editor.text, " b");
  assert.equal(editor.replaceAll(" ", "b"), 1);
  assert.deepEqual(back(editor), ["bb", " b", "aaaaaa b", "aaa b"]);
});

test("replace all: overlapping occurrences, cursor, empty search", () => {
  const editor = new Editor("ababa cc");
  editor.moveTo(0);
  assert.equal(editor.replaceAll("aba", "x"), 1);
  assert.deepEqual([editor.text, editor.cursor], ["xba cc", 1]);
  editor.moveTo(2);
  editor.replaceAll("q", "");
  assert.equal(editor.cursor, 2);
  assert.throws(() => editor.replaceAll("", "x"), RangeError);
  assert.equal(editor.text, "xba cc");
});

test("two replace alls are two steps", () => {
  const editor = new Editor("a");
  editor.replaceAll("a", "b");
  editor.replaceAll("b", "c");
  assert.deepEqual(back(editor), ["c", "b", "a"]);
});

test("undo and redo end a step", () => {
  const editor = typed("a\n", "b");
  editor.undo();
  editor.type("c");
  assert.deepEqual(back(editor), ["a\nc", "a\n", ""]);
  const other = typed("a");
  other.undo();
  other.redo();
  other.type("b");
  assert.deepEqual(back(other), ["ab", "a", ""]);
});

test("redo in order", () => {
  const editor = typed("1\n", "2\n", "3\n", "4");
  back(editor);
  const texts = [];
  while (texts.length < 10 && editor.redo()) texts.push(editor.text);
  assert.deepEqual(texts, ["1\n", "1\n2\n", "1\n2\n3\n", "1\n2\n3\n4"]);
});

test("a new change forgets what could be redone", () => {
  const editor = typed("a\n", "b");
  editor.undo();
  editor.type("c");
  assert.equal(editor.redo(), false);
  editor.undo();
  editor.undo();
  assert.equal(editor.text, "");
  editor.redo();
  editor.backspace();
  assert.equal(editor.redo(), false);
  assert.equal(editor.text, "a");
});

test("continued typing after an undo forgets too", () => {
  const editor = typed("a");
  editor.moveTo(1);
  editor.type("b");
  editor.undo();
  editor.type("c");
  editor.type("d");
  assert.equal(editor.redo(), false);
  assert.deepEqual(back(editor), ["acd", "a", ""]);
});

test("nothing to undo", () => {
  const editor = new Editor("a");
  assert.equal(editor.undo(), false);
  assert.equal(editor.redo(), false);
  assert.equal(editor.text, "a");
});

test("the oldest steps are forgotten", () => {
  const editor = new Editor("", { limit: 2 });
  for (const text of ["1\n", "2\n", "3\n"]) editor.type(text);
  assert.deepEqual(back(editor), ["1\n2\n3\n", "1\n2\n", "1\n"]);
});

test("a hundred steps by default", () => {
  const editor = typed(...new Array(102).fill("x\n"));
  let steps = 0;
  while (steps < 200 && editor.undo()) steps += 1;
  assert.equal(steps, 100);
  assert.equal(editor.text, "x\nx\n");
});

test("a limit of zero", () => {
  const editor = new Editor("", { limit: 0 });
  editor.type("a");
  assert.equal(editor.undo(), false);
  assert.equal(editor.text, "a");
});

test("bad positions of the cursor", () => {
  const editor = new Editor("abc");
  for (const position of [-1, 4, 1.5, Number.NaN, undefined]) assert.throws(() => editor.moveTo(position), RangeError);
  assert.equal(editor.cursor, 3);
});
