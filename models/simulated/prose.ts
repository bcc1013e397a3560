/** A string literal: `start` and `end` enclose its quotes, `breaks` are its line breaks outside of `${…}`. */
type Literal = {
  readonly start: number;
  readonly end: number;
  readonly quote: string;
  readonly text: string;
  readonly breaks: readonly number[];
};

/** Literals that make up one text: a list of lines, a concatenation, or a single one. */
export type Prose = { readonly literals: readonly Literal[]; readonly score: number };

/**
 * Finds the text in a JavaScript, TypeScript or Python source that is most likely the system prompt: the longest run of
 * string literals, more so when its name or its beginning say so. Undefined when no text is 60 characters long.
 */
export function findPrompt(source: string, path: string): Prose | undefined {
  const isPython = path.endsWith(".py");
  const groups: Literal[][] = [];
  let previous: Literal | undefined;
  for (const literal of scanLiterals(source, isPython)) {
    if (isPython && isDocstring(source, literal)) continue;
    const between = previous && source.slice(previous.end, literal.start);
    if (between !== undefined && /^[\s,+]*$/.test(between)) groups.at(-1)!.push(literal);
    else groups.push([literal]);
    previous = literal;
  }
  const candidates = groups.map((literals) => ({ literals, score: scoreOf(literals, source) }));
  const best = candidates.reduce((left, right) => (right.score > left.score ? right : left), {
    literals: [],
    score: 0,
  } as Prose);
  return best.score >= 60 ? best : undefined;
}

/** The source with one more line of advice in the prose, at a place chosen by `draw` from [0, 1). */
export function insertLine(source: string, { literals }: Prose, line: string, draw: number): string {
  const only = literals[0]!;
  if (literals.length > 1) {
    const after = literals[Math.floor(draw * (literals.length - 1))]!;
    const next = literals[literals.indexOf(after) + 1]!;
    const ending = /(\\n| )+$/.exec(after.text)?.[0] ?? "";
    return splice(
      source,
      after.end,
      source.slice(after.end, next.start) + after.quote + line + ending + after.quote,
    );
  }
  const { breaks } = only;
  if (breaks.length === 0)
    return splice(source, only.end - only.quote.length, `${/\s$/.test(only.text) ? "" : " "}${line}`);
  const at = breaks[Math.floor(draw * breaks.length)]!;
  const start = Math.max(source.lastIndexOf("\n", at - 1) + 1, only.start);
  const before = source.slice(start, at);
  const bullet = /^\s*(?:[-*] )?/.exec(before)![0];
  return splice(source, at, `\n${bullet}${line}`);
}

function splice(text: string, at: number, insertion: string): string {
  return text.slice(0, at) + insertion + text.slice(at);
}

function scoreOf(literals: readonly Literal[], source: string): number {
  const length = literals.reduce((sum, { text }) => sum + (text.includes(" ") ? text.length : 0), 0);
  const name = source.slice(Math.max(0, literals[0]!.start - 80), literals[0]!.start);
  const isNamed = /prompt|system|instructions|rules/i.test(name.split(/;\s*\n|\n\s*\n/).at(-1)!);
  const isAddressed = /^\s*You are\b/.test(literals[0]!.text);
  return length * (isNamed ? 4 : 1) * (isAddressed ? 8 : 1);
}

function isDocstring(source: string, literal: Literal): boolean {
  const line = source.slice(source.lastIndexOf("\n", literal.start) + 1, literal.start);
  const before = source.slice(0, literal.start).trimEnd();
  return line.trim() === "" && !/[=([{,+\\]$|["']$/.test(before);
}

function scanLiterals(source: string, isPython: boolean): Literal[] {
  const literals: Literal[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at, at + 3);
    const character = source[at]!;
    if (isPython ? character === "#" : rest.startsWith("//")) at = after(source, "\n", at);
    else if (!isPython && rest.startsWith("/*")) at = after(source, "*/", at + 2);
    else if (!isPython && character === "/" && isRegexStart(source, at)) at = afterRegex(source, at);
    else if (isPython && (rest === '"""' || rest === "'''")) at = take(rest);
    else if (character === '"' || character === "'" || (character === "`" && !isPython)) at = take(character);
    else at++;
  }
  return literals;

  function take(quote: string): number {
    const { end, breaks } = endOfLiteral(source, at, quote);
    literals.push({
      start: at,
      end,
      quote,
      text: source.slice(at + quote.length, end - quote.length),
      breaks,
    });
    return end;
  }
}

function endOfLiteral(source: string, start: number, quote: string): { end: number; breaks: number[] } {
  const breaks: number[] = [];
  let depth = 0;
  for (let at = start + quote.length; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (quote === "`" && source.startsWith("${", at)) {
      depth++;
      at++;
    } else if (depth > 0 && source[at] === "{") depth++;
    else if (depth > 0 && source[at] === "}") depth--;
    else if (depth === 0 && source.startsWith(quote, at)) return { end: at + quote.length, breaks };
    else if (depth === 0 && source[at] === "\n") {
      if (quote.length === 1 && quote !== "`") return { end: at, breaks: [] };
      breaks.push(at);
    }
  }
  return { end: source.length, breaks };
}

function isRegexStart(source: string, at: number): boolean {
  return /(?:[(,=:[!&|?{};]|\breturn)\s*$/.test(source.slice(Math.max(0, at - 20), at));
}

function afterRegex(source: string, start: number): number {
  let isClass = false;
  for (let at = start + 1; at < source.length && source[at] !== "\n"; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === "[") isClass = true;
    else if (source[at] === "]") isClass = false;
    else if (source[at] === "/" && !isClass) return at + 1;
  }
  return start + 1;
}

function after(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from);
  return at === -1 ? source.length : at + mark.length;
}
