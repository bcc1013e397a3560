import type { Expression } from "./expression.ts";

/** Reads a formula. */
export function parse(source: string): Expression {
  throw new Error("not written yet");
}
