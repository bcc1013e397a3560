import { pick, type Stream } from "./named-stream.ts";

/** A mutation: the damaged source, or undefined when the source offers no place for it. */
export type Mutation = (lines: readonly string[], stream: Stream) => readonly string[] | undefined;

/** Generic mistakes of a programmer, for Python, JavaScript and TypeScript alike. */
export const MUTATIONS = {
  flipComparison: substitution(/ (<=?|>=?|[!=]==?) /, (operator) => ` ${FLIPPED[operator.trim()]} `),
  offByOne: substitution(/(?<![\w.#"'`$-])\d+(?![\w.#"'`])/, (digits, stream) =>
    String(Math.max(0, Number(digits) + (stream() < 0.5 && digits !== "0" ? -1 : 1))),
  ),
  swapOperator: substitution(
    / [+-] | \*\*? | && | \|\| | and | or /,
    (operator) => SWAPPED[operator.trim()]!,
  ),
  swapArguments: substitution(/(?<=\w\()\s*[\w.]+, [\w.]+(?=\))/, (pair) =>
    pair.trim().split(", ").reverse().join(", "),
  ),
  negateCondition: substitution(
    /(?<=\b(?:el)?if \(?)(?!not |!)[\w.]+(?=\)?(?: \{|:)|\))/,
    (name) => `${name} == null`,
  ),
  dropLine: (lines, stream) => {
    const at = pick(linesWhere(lines, isStatement), stream);
    return at === undefined ? undefined : lines.toSpliced(at, 1);
  },
  earlyReturn: (lines, stream) => {
    const at = pick(
      linesWhere(lines, (line) => /^\s+return\b.*\w/.test(line) && isStatement(line)),
      stream,
    );
    if (at === undefined) return undefined;
    const line = lines[at]!;
    return lines.with(at, `${indentation(line)}return${/;\s*$/.test(line) ? ";" : ""}`);
  },
  emptyBody: (lines, stream) => {
    const at = pick(
      linesWhere(lines, (line) => isHeader(line)),
      stream,
    );
    if (at === undefined) return undefined;
    const end = endOfBody(lines, at);
    const body = lines.slice(at + 1, end).find((line) => line.trim() !== "");
    if (!body) return undefined;
    const nothing = lines[at]!.trimEnd().endsWith(":") ? "pass" : "return undefined;";
    return lines.toSpliced(at + 1, end - at - 1, indentation(body) + nothing);
  },
  unbalance: (lines, stream) => {
    const at = pick(
      linesWhere(lines, (line) => isCode(line) && /[)\]}]/.test(line)),
      stream,
    );
    if (at === undefined) return undefined;
    return lines.with(at, lines[at]!.replace(/[)\]}](?=[^)\]}]*$)/, ""));
  },
} satisfies Record<string, Mutation>;

export type MutationName = keyof typeof MUTATIONS;

const FLIPPED: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "==": "!=",
  "!=": "==",
  "===": "!==",
  "!==": "===",
};
const SWAPPED: Readonly<Record<string, string>> = {
  "+": " - ",
  "-": " + ",
  "*": " + ",
  "**": " * ",
  "&&": " || ",
  "||": " && ",
  and: " or ",
  or: " and ",
};

/**
 * The source with `count` mistakes in it; always different from what it was. `crude` says how likely a mistake is one
 * that breaks the whole file, 0 to 1.
 */
export function damage(source: string, count: number, crude: number, stream: Stream): string {
  let lines: readonly string[] = source.split("\n");
  for (let left = count; left > 0; left--) lines = damageOnce(lines, crude, stream) ?? lines;
  const result = lines.join("\n");
  return result === source ? `${source.trimEnd().split("\n").slice(0, -1).join("\n")}\n` : result;
}

function damageOnce(lines: readonly string[], crude: number, stream: Stream): readonly string[] | undefined {
  if (stream() < crude) return MUTATIONS.unbalance(lines, stream);
  const subtle = (Object.keys(MUTATIONS) as MutationName[]).filter((name) => name !== "unbalance");
  while (subtle.length > 0) {
    const [name] = subtle.splice(Math.floor(stream() * subtle.length), 1);
    const damaged = MUTATIONS[name!](lines, stream);
    if (damaged && damaged.join("\n") !== lines.join("\n")) return damaged;
  }
  return undefined;
}

/** A mutation that replaces one match of `pattern` in one line of code. */
function substitution(pattern: RegExp, replacement: (match: string, stream: Stream) => string): Mutation {
  return (lines, stream) => {
    const at = pick(
      linesWhere(lines, (line) => isCode(line) && pattern.test(line)),
      stream,
    );
    if (at === undefined) return undefined;
    const line = lines[at]!;
    const match = pick([...line.matchAll(new RegExp(pattern, "g"))], stream)!;
    const start = match.index;
    const fresh = line.slice(0, start) + replacement(match[0], stream) + line.slice(start + match[0].length);
    return fresh === line ? undefined : lines.with(at, fresh);
  };
}

function linesWhere(lines: readonly string[], matches: (line: string) => boolean): number[] {
  return lines.flatMap((line, index) => (matches(line) ? [index] : []));
}

function isCode(line: string): boolean {
  return line.trim() !== "" && !/^\s*(#|\/\/|\/?\*|import\b|from\b|["'`])/.test(line);
}

/** A whole statement on its line: without it the rest still parses, but for a block that had nothing else. */
function isStatement(line: string): boolean {
  if (!isCode(line) || !/^\s+\w/.test(line) || /^\s*(case|default|else|export|class|def)\b/.test(line))
    return false;
  if (/[{([:,\\]\s*$|(&&|\|\||[+?=])\s*$/.test(line)) return false;
  const count = (pattern: RegExp) => line.match(pattern)?.length ?? 0;
  return count(/[([{]/g) === count(/[)\]}]/g);
}

function isHeader(line: string): boolean {
  return /^\s*(async )?def .*:\s*$/.test(line) || /\bfunction\b.*\{\s*$/.test(line) || isMethodHeader(line);
}

function isMethodHeader(line: string): boolean {
  return (
    /^\s+(async |static |get |set |#)*\w+\(.*\).*\{\s*$/.test(line) &&
    !/^\s*(if|for|while|switch|catch)\b/.test(line)
  );
}

/** The line after the body that starts below `header`: the first one indented no deeper. */
function endOfBody(lines: readonly string[], header: number): number {
  const depth = indentation(lines[header]!).length;
  const end = lines.findIndex(
    (line, index) => index > header && line.trim() !== "" && indentation(line).length <= depth,
  );
  return end === -1 ? lines.length : end;
}

function indentation(line: string): string {
  return /^\s*/.exec(line)![0];
}
