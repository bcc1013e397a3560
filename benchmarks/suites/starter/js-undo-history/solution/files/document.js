/** A text with a cursor. */
export class Document {
  #text;
  cursor;

  constructor(text) {
    this.#text = text;
    this.cursor = text.length;
  }

  get text() {
    return this.#text;
  }

  replace(start, end, text) {
    const integers = Number.isInteger(start) && Number.isInteger(end);
    if (!integers || start < 0 || end > this.#text.length || start > end) {
      throw new RangeError(`not a part of the text: ${start} to ${end}`);
    }
    const removed = this.#text.slice(start, end);
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
    if (this.cursor > end) this.cursor += text.length - removed.length;
    else if (this.cursor > start || (this.cursor === start && removed === "")) this.cursor = start + text.length;
    return { start, removed, inserted: text };
  }

  apply({ start, removed, inserted }) {
    this.replace(start, start + removed.length, inserted);
    this.cursor = start + inserted.length;
  }

  revert({ start, removed, inserted }) {
    this.replace(start, start + inserted.length, removed);
    this.cursor = start + removed.length;
  }
}
