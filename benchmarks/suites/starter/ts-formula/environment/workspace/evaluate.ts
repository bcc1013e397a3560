import type { Expression, Value } from "./expression.ts";

/** The value of an expression. */
export function evaluate(expression: Expression, lookup: (name: string) => Value): Value {
  throw new Error("not written yet");
}
