/** A formula that can't be read; `position` is an index in its source. */
export class FormulaError extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(`at ${position}: ${message}`);
    this.name = "FormulaError";
    this.position = position;
  }
}

/** A formula that has no value. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}
