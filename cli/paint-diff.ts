import { color } from "./color.ts";
import { printable } from "./printable.ts";

/** An untrusted patch for a terminal: made printable first, then coloured line by line. */
export function paintDiff(patch: string): string {
  return printable(patch)
    .split("\n")
    .map((line) => color(lineColor(line), line))
    .join("\n");
}

function lineColor(line: string) {
  if (/^(diff |index |--- |\+\+\+ |(new|deleted) file|(old|new) mode|similarity|rename )/.test(line))
    return "bold";
  if (line.startsWith("@@")) return "cyan";
  if (line.startsWith("+")) return "green";
  return line.startsWith("-") ? "red" : undefined;
}
