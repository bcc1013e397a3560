import { Document } from "./document.js";
import { lengthBefore } from "./emoji.js";
import { History } from "./history.js";

/** What the user does with a text. */
export class Editor {
  #document;
  #history;

  constructor(text = "", { limit = 100 } = {}) {
    this.#document = new Document(text);
    this.#history = new History(limit || 100);
  }

  get text() {
    return this.#document.text;
  }

  get cursor() {
    return this.#document.cursor;
  }

  type(text) {
    const change = this.#document.replace(this.cursor, this.cursor, text);
    this.#history.record("type", [change], text !== "\n");
  }

  backspace() {
    const start = this.cursor - 1;
    if (start < 0) return;
    const change = this.#document.replace(start, this.cursor, "");
    this.#history.record("backspace", [change], true);
  }

  moveTo(position) {
    if (position < 0 || position > this.text.length) throw new RangeError(`not a position: ${position}`);
    this.#document.cursor = position;
  }

  replaceAll(search, replacement) {
    const changes = [];
    const before = this.text;
    for (let at = before.indexOf(search); at >= 0; at = before.indexOf(search, at + 1)) {
      changes.push(this.#document.replace(at, at + search.length, replacement));
    }
    this.#history.record("replace", changes, false);
    return changes.length;
  }

  undo() {
    return this.#history.undo(this.#document);
  }

  redo() {
    return this.#history.redo(this.#document);
  }
}
