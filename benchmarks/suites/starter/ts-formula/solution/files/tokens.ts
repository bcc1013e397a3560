/** A piece of a formula. `bad` is a character that begins no token. */
export type Token = {
  readonly kind: "number" | "name" | "text" | "sign" | "bad" | "end";
  readonly text: string;
  readonly position: number;
};

const TOKEN =
  /(?<number>[0-9]+(?:\.[0-9]+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<text>'(?:[^']|'')*'(?!'))|(?<sign><>|<=|>=|[-+*/%^&=<>(),])/y;
const SIGNS = new Set(["and", "or", "not"]);

/** The tokens of a formula; the last one is its end, or the first bad character. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (/[ \t\r\n]/.test(source.charAt(position))) position += 1;
    if (position >= source.length) return [...tokens, { kind: "end", text: "", position }];
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(source);
    if (match === null) return [...tokens, { kind: "bad", text: source.charAt(position), position }];
    const text = match[0];
    tokens.push({ kind: SIGNS.has(text) ? "sign" : kindOf(match.groups ?? {}), text, position });
    position += text.length;
  }
}

function kindOf(groups: Record<string, string | undefined>): Token["kind"] {
  return (["number", "name", "text", "sign"] as const).find((kind) => groups[kind] !== undefined) ?? "bad";
}
