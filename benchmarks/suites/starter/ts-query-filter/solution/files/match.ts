import { parseQuery } from "./parse.ts";
import type { Order, Term, Value } from "./types.ts";

/** The orders that match a query. */
export function search(orders: readonly Order[], query: string): Order[] {
  const terms = parseQuery(query);
  return orders.filter((order) => terms.every((term) => matches(order, term) !== term.negated));
}

function matches(order: Order, term: Term): boolean {
  if (term.kind === "word") {
    const texts = Object.values(order).flatMap((value) => (typeof value === "number" ? [] : value));
    return term.text === "" || texts.some((text) => text.toLowerCase().includes(term.text.toLowerCase()));
  }
  if (!Object.hasOwn(order, term.field)) return false;
  const value = order[term.field] ?? [];
  if (term.kind === "field") return term.values.some((wanted) => has(value, wanted));
  if (typeof value !== "number") return false;
  switch (term.sign) {
    case "<":
      return value < term.number;
    case "<=":
      return value <= term.number;
    case ">":
      return value > term.number;
    case ">=":
      return value >= term.number;
  }
}

function has(value: Order[string], wanted: Value): boolean {
  const texts = typeof value === "number" ? [String(value)] : [value].flat();
  if (wanted.text === "*" && !wanted.quoted) return texts.length > 0;
  return texts.some((text) => text.toLowerCase() === wanted.text.toLowerCase());
}
