/** What JSON lets stand in strings, though terminals may obey it; see `printable`. */
const UNESCAPED = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Writes lines for people to stdout. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Writes a value as JSON to stdout; what is not known (`undefined`) is null, so that every key is always there. */
export function printJson(value: unknown): void {
  process.stdout.write(`${toJson(value)}\n`);
}

/** JSON that is safe on a terminal and reads back as the same value. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value, (_key, inner) => (inner === undefined ? null : inner), 2);
  return json.replace(UNESCAPED, (character) => character.split("").map(escapeUnit).join(""));
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
