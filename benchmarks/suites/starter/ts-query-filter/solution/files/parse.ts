import { QueryError, type Sign, type Term, type Value } from "./types.ts";

const FIELD = /^([a-z][a-z0-9]*)(:|<=|>=|<|>)/;

/** The terms of a query. Throws a `QueryError` for what is none. */
export function parseQuery(text: string): Term[] {
  const terms: Term[] = [];
  let position = skipSpace(text, 0);
  while (position < text.length) {
    const [term, end] = parseTerm(text, position);
    terms.push(term);
    position = skipSpace(text, end);
  }
  return terms;
}

function parseTerm(text: string, begin: number): [Term, number] {
  const negated = text[begin] === "-";
  const start = negated ? begin + 1 : begin;
  const [, field, sign] = FIELD.exec(text.slice(start)) ?? [];
  if (field === undefined || sign === undefined) {
    const [word, end] = parseWord(text, start, begin);
    return [{ kind: "word", negated, text: word }, end];
  }
  const rest = start + field.length + sign.length;
  if (sign === ":") {
    const [values, end] = parseValues(text, rest, begin);
    return [{ kind: "field", negated, field, values }, end];
  }
  const end = endOfTerm(text, rest);
  const number = text.slice(rest, end);
  if (!/^-?[0-9]+(\.[0-9]+)?$/.test(number)) throw new QueryError(begin, `expected a number, got ${number}`);
  return [{ kind: "comparison", negated, field, sign: sign as Sign, number: Number(number) }, end];
}

function parseWord(text: string, start: number, begin: number): [string, number] {
  if (text[start] === '"') {
    const [word, end] = parseQuoted(text, start, begin);
    if (end !== endOfTerm(text, end)) throw new QueryError(begin, "expected a space after the closing quote");
    return [word, end];
  }
  const end = endOfTerm(text, start);
  if (end === start) throw new QueryError(begin, "expected a term after -");
  return [text.slice(start, end), end];
}

function parseValues(text: string, start: number, begin: number): [Value[], number] {
  const values: Value[] = [];
  let position = start;
  for (;;) {
    const quoted = text[position] === '"';
    const [value, end] = quoted ? parseQuoted(text, position, begin) : parsePlain(text, position, begin);
    values.push({ text: value, quoted });
    if (end === endOfTerm(text, end)) return [values, end];
    if (text[end] !== ",") throw new QueryError(begin, "expected a comma or a space after the closing quote");
    position = end + 1;
  }
}

function parsePlain(text: string, start: number, begin: number): [string, number] {
  let end = start;
  while (end < text.length && !/[\s,]/.test(text.charAt(end))) end += 1;
  if (end === start) throw new QueryError(begin, "expected a value");
  return [text.slice(start, end), end];
}

function parseQuoted(text: string, start: number, begin: number): [string, number] {
  let value = "";
  for (let position = start + 1; position < text.length; position += 1) {
    const character = text.charAt(position);
    if (character === '"') return [value, position + 1];
    if (character === "\\" && /["\\]/.test(text.charAt(position + 1))) position += 1;
    value += text.charAt(position);
  }
  throw new QueryError(begin, "expected a closing quote");
}

function endOfTerm(text: string, start: number): number {
  const length = text.slice(start).search(/\s/);
  return length < 0 ? text.length : start + length;
}

function skipSpace(text: string, start: number): number {
  let position = start;
  while (/\s/.test(text.charAt(position))) position += 1;
  return position;
}
