export type Value = { readonly text: string; readonly quoted: boolean };

export type Sign = "<" | "<=" | ">" | ">=";

export type Term =
  | { readonly kind: "word"; readonly negated: boolean; readonly text: string }
  | { readonly kind: "field"; readonly negated: boolean; readonly field: string; readonly values: readonly Value[] }
  | { readonly kind: "comparison"; readonly negated: boolean; readonly field: string; readonly sign: Sign; readonly number: number };

export type Order = Readonly<Record<string, string | number | readonly string[]>>;

export class QueryError extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(`at ${position}: ${message}`);
    this.name = "QueryError";
    this.position = position;
  }
}
