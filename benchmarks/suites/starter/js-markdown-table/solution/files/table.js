const RULE_CELL = /^(:?)-+(:?)$/;

/** Reads a table: alignments, header and rows; undefined when the text is none. */
export function parseTable(text) {
  const lines = text.split("\n");
  while (lines.length > 0 && isBlank(lines[0])) lines.shift();
  while (lines.length > 0 && isBlank(lines.at(-1))) lines.pop();
  if (lines.length < 2 || lines.some(isBlank)) return undefined;
  const align = alignments(lines[0], lines[1]);
  if (align === undefined) return undefined;
  const rows = lines.slice(2).map((line) => {
    const cells = split(line);
    return align.map((_, column) => cells[column] ?? "");
  });
  return { align, header: split(lines[0]), rows };
}

/** Writes a table in columns. */
export function formatTable({ align, header, rows }) {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = align.map((_, column) => Math.max(3, ...cells.map((row) => width(row[column]))));
  const lines = cells.map((row) => row.map((cell, column) => fill(cell, widths[column], align[column])));
  lines.splice(1, 0, align.map((side, column) => rule(widths[column], side)));
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** A document with its tables formatted. */
export function tidy(text) {
  const lines = text.split("\n");
  const result = [];
  let fenced = false;
  for (let index = 0; index < lines.length; index += 1) {
    if (/^\s*```/.test(lines[index])) fenced = !fenced;
    if (fenced || alignments(lines[index], lines[index + 1] ?? "") === undefined) {
      result.push(lines[index]);
      continue;
    }
    let end = index + 2;
    while (end < lines.length && hasBar(lines[end])) end += 1;
    result.push(formatTable(parseTable(lines.slice(index, end).join("\n"))));
    index = end - 1;
  }
  return result.join("\n");
}

/** What header and rule say about the columns; undefined when they don't make a table. */
function alignments(header, rule) {
  if (!hasBar(header) || !hasBar(rule)) return undefined;
  const cells = split(rule).map((cell) => RULE_CELL.exec(cell));
  if (cells.includes(null) || cells.length !== split(header).length) return undefined;
  return cells.map(([, before, after]) => {
    if (before !== "" && after !== "") return "center";
    if (before !== "") return "left";
    return after !== "" ? "right" : "none";
  });
}

function split(line) {
  const cells = line.trim().split(/(?<!\\)\|/);
  if (cells.length > 1 && cells[0] === "") cells.shift();
  if (cells.length > 1 && cells.at(-1) === "") cells.pop();
  return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function hasBar(line) {
  return /(?<!\\)\|/.test(line);
}

function isBlank(line) {
  return line.trim() === "";
}

function width(cell) {
  return [...cell].length;
}

function fill(cell, size, side) {
  const spaces = size - width(cell);
  const before = side === "right" ? spaces : side === "center" ? Math.floor(spaces / 2) : 0;
  return " ".repeat(before) + cell + " ".repeat(spaces - before);
}

function rule(size, side) {
  const before = side === "left" || side === "center" ? ":" : "-";
  const after = side === "right" || side === "center" ? ":" : "-";
  return before + "-".repeat(size - 2) + after;
}
