import type { Term } from "./types.ts";

/** The terms of a query. */
export function parseQuery(text: string): Term[] {
  return text.split(" ").map((word) => ({ kind: "word", negated: false, text: word }));
}
