import { FormulaError } from "./errors.ts";
import type { Expression } from "./expression.ts";
import { type Token, tokenize } from "./tokens.ts";

/** Binary operators but for the power, those that bind least first. */
const LEVELS = [["or"], ["and"], ["=", "<>", "<", "<=", ">", ">="], ["&"], ["+", "-"], ["*", "/", "%"]];
const COMPARISONS = 2;

/** Reads a formula. Throws a `FormulaError` at the first token that can't stand where it does. */
export function parse(source: string): Expression {
  const parser = new Parser(tokenize(source));
  const expression = parser.binary(0);
  parser.expect("end", "");
  return expression;
}

class Parser {
  #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#prefix();
    let left = this.binary(level + 1);
    while (this.#token.kind === "sign" && operators.includes(this.#token.text)) {
      const operator = this.#next().text;
      left = { kind: "binary", operator, left, right: this.binary(level + 1) };
      if (level === COMPARISONS) break;
    }
    return left;
  }

  expect(kind: Token["kind"], text: string): void {
    if (this.#token.kind !== kind || this.#token.text !== text) this.#fail();
    this.#index += 1;
  }

  get #token(): Token {
    return this.#tokens[this.#index] as Token;
  }

  #next(): Token {
    const token = this.#token;
    this.#index += 1;
    return token;
  }

  #at(text: string): boolean {
    return this.#token.kind === "sign" && this.#token.text === text;
  }

  #fail(): never {
    throw new FormulaError(this.#token.position, `unexpected ${this.#token.text || "end"}`);
  }

  #prefix(): Expression {
    if (!this.#at("-") && !this.#at("not")) return this.#power();
    const operator = this.#next().text;
    return { kind: "unary", operator, operand: this.#prefix() };
  }

  #power(): Expression {
    const left = this.#primary();
    if (!this.#at("^")) return left;
    this.#next();
    return { kind: "binary", operator: "^", left, right: this.#prefix() };
  }

  #primary(): Expression {
    const { kind, text } = this.#token;
    if (kind === "sign" && text === "(") {
      this.#next();
      const inner = this.binary(0);
      this.expect("sign", ")");
      return inner;
    }
    if (kind !== "number" && kind !== "text" && kind !== "name") this.#fail();
    this.#next();
    if (kind === "number") return { kind: "value", value: Number(text) };
    if (kind === "text") return { kind: "value", value: text.slice(1, -1).replaceAll("''", "'") };
    if (text === "true" || text === "false") return { kind: "value", value: text === "true" };
    if (!this.#at("(")) return { kind: "name", name: text };
    return { kind: "call", name: text, arguments: this.#arguments() };
  }

  #arguments(): Expression[] {
    this.expect("sign", "(");
    const found: Expression[] = [];
    if (!this.#at(")")) {
      found.push(this.binary(0));
      while (this.#at(",")) {
        this.#next();
        found.push(this.binary(0));
      }
    }
    this.expect("sign", ")");
    return found;
  }
}
