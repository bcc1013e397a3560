/** Steps that can be undone and redone. A step is `{ kind, changes, open }`; an open one may grow. */
export class History {
  #done = [];
  #undone = [];
  #limit;

  constructor(limit) {
    this.#limit = limit;
  }

  /** Adds changes; they go to the last step when that is open and of the same kind. */
  record(kind, changes, open) {
    const last = this.#done.at(-1);
    if (last?.open && last.kind === kind) {
      last.changes.push(...changes);
      return;
    }
    this.#undone = [];
    this.#done.push({ kind, changes, open });
    if (this.#done.length > this.#limit) this.#done.pop();
  }

  /** No further change goes to the last step. */
  close() {
    const last = this.#done.at(-1);
    if (last) last.open = false;
  }

  undo(document) {
    const step = this.#done.pop();
    if (step === undefined) return false;
    for (const change of step.changes) document.revert(change);
    this.#undone.push(step);
    return true;
  }

  redo(document) {
    const step = this.#undone.shift();
    if (step === undefined) return false;
    for (const change of step.changes) document.apply(change);
    this.#done.push(step);
    return true;
  }
}
