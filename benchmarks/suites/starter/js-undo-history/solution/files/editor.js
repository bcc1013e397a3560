import { Document } from "./document.js";
import { lengthBefore } from "./emoji.js";
import { History } from "./history.js";

/** What the user does with a text. */
export class Editor {
  #document;
  #history;

  constructor(text = "", { limit = 100 } = {}) {
    this.#document = new Document(text);
    this.#history = new History(limit);
  }

  get text() {
    return this.#document.text;
  }

  get cursor() {
    return this.#document.cursor;
  }

  type(text) {
    if (text === "") return;
    const change = this.#document.replace(this.cursor, this.cursor, text);
    this.#history.record("type", [change], !text.includes("\n"));
  }

  backspace() {
    if (this.cursor === 0) return;
    const start = this.cursor - lengthBefore(this.text, this.cursor);
    const change = this.#document.replace(start, this.cursor, "");
    this.#history.record("backspace", [change], true);
  }

  moveTo(position) {
    if (!Number.isInteger(position) || position < 0 || position > this.text.length) {
      throw new RangeError(`not a position: ${position}`);
    }
    this.#document.cursor = position;
    this.#history.close();
  }

  replaceAll(search, replacement) {
    if (search === "") throw new RangeError("nothing to search for");
    const changes = [];
    let at = this.text.indexOf(search);
    while (at >= 0) {
      changes.push(this.#document.replace(at, at + search.length, replacement));
      this.#document.cursor = at + replacement.length;
      at = this.text.indexOf(search, this.cursor);
    }
    if (changes.length > 0) this.#history.record("replace", changes, false);
    return changes.length;
  }

  undo() {
    return this.#history.undo(this.#document);
  }

  redo() {
    return this.#history.redo(this.#document);
  }
}
