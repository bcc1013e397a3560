/** Breaks text into lines of at most `width` characters at spaces; its own line breaks stay, longer words stand out. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const lines: string[] = [];
    const indent = /^\s*/.exec(line)?.[0] ?? "";
    let current = "";
    for (const word of line.trim().split(/\s+/)) {
      if (current !== "" && current.length + 1 + word.length > width) {
        lines.push(current);
        current = "";
      }
      current = current === "" ? indent + word : `${current} ${word}`;
    }
    return [...lines, current.trimEnd()];
  });
}
