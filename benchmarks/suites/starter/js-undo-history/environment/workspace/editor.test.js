import assert from "node:assert/strict";
import { test } from "node:test";
import { Editor } from "./editor.js";

test("typing is one step", () => {
  const editor = new Editor();
  editor.type("a");
  editor.type("bc");
  assert.equal(editor.undo(), true);
  assert.equal(editor.text, "");
  assert.equal(editor.redo(), true);
  assert.equal(editor.text, "abc");
  assert.equal(editor.redo(), false);
});

test("a move begins a new step", () => {
  const editor = new Editor("xy");
  editor.type("1");
  editor.moveTo(0);
  editor.type("2");
  assert.equal(editor.text, "2xy1");
  editor.undo();
  assert.equal(editor.text, "xy1");
  editor.undo();
  assert.equal(editor.text, "xy");
});

test("backspace", () => {
  const editor = new Editor("a😀");
  editor.backspace();
  assert.equal(editor.text, "a");
  editor.undo();
  assert.equal(editor.text, "a😀");
});

test("replace all is one step", () => {
  const editor = new Editor("one two one");
  assert.equal(editor.replaceAll("one", "three"), 2);
  assert.equal(editor.text, "three two three");
  editor.undo();
  assert.equal(editor.text, "one two one");
});

test("steps are redone in order", () => {
  const editor = new Editor();
  editor.type("a\n");
  editor.type("b");
  editor.undo();
  editor.undo();
  editor.redo();
  assert.equal(editor.text, "a\n");
  editor.redo();
  assert.equal(editor.text, "a\nb");
});
