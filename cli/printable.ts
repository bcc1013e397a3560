/** Control characters but newline and tab, and format characters (marks that reorder or hide text). */
const UNPRINTABLE = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Untrusted text made safe to show: what a terminal would obey rather than print (escape sequences, carriage returns,
 * marks that reorder text) is spelled out, like `\x1b` or `\u202e`. Newlines and tabs stay; `\r\n` is a newline.
 */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** Untrusted text as one safe line: any white space becomes a single space, at most `width` characters are kept. */
export function oneLine(text: string, width = Number.POSITIVE_INFINITY): string {
  const characters = Array.from(printable(text).replace(/\s+/g, " ").trim());
  if (characters.length <= width) return characters.join("");
  return `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}
