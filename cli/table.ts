import { styleText } from "node:util";
import { type Color, color } from "./color.ts";
import { oneLine, printable } from "./printable.ts";

/** Text with its colour; the text itself is always made printable. */
export type Cell = string | { readonly text: string; readonly color: Color | undefined };

export type Column = { readonly title: string; readonly right?: true };

export const PAGE_WIDTH = 100;

/**
 * Aligned lines, titles first, in columns as wide as their content. The last column is cut so that a line has at most
 * `PAGE_WIDTH` characters, or the terminal's columns where those are fewer. No
 * lines at all without rows.
 */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => length(text(row[index] ?? "")))),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = Math.max(MIN_LAST, Math.min(PAGE_WIDTH, process.stdout.columns ?? PAGE_WIDTH) - before);
  const line = (cells: readonly Cell[]) =>
    columns
      .map(({ right }, index) => {
        const cell = cells[index] ?? "";
        const last = index === columns.length - 1;
        const shown = last ? oneLine(text(cell), room) : text(cell);
        const space = " ".repeat(last && !right ? 0 : Math.max(0, (widths[index] ?? 0) - length(shown)));
        const painted = color(typeof cell === "string" ? undefined : cell.color, shown);
        return right ? space + painted : painted + space;
      })
      .join(GAP)
      .trimEnd();
  const titles = line(columns.map(({ title }) => title));
  return [styleText("bold", titles), ...rows.map(line)];
}

const GAP = "  ";
const MIN_LAST = 16;

/** Inner spaces stay: they draw trees. */
function text(cell: Cell): string {
  return printable(typeof cell === "string" ? cell : cell.text).replace(/[\n\t]/g, " ");
}

function length(shown: string): number {
  return Array.from(shown).length;
}
