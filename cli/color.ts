import { styleText } from "node:util";

export type Color = "green" | "red" | "yellow" | "cyan" | "dim" | "bold";

/** Colours text when stdout is a terminal that shows colours (NO_COLOR and FORCE_COLOR are honoured). */
export function color(name: Color | undefined, text: string): string {
  return name === undefined || text === "" ? text : styleText(name, text);
}

/** The colour of an evaluation's or expansion's end: good, at work, nobody's fault, or none. */
export function outcomeColor(outcome: string | undefined): Color | undefined {
  if (outcome === "solved" || outcome === "admitted") return "green";
  if (outcome === undefined) return "cyan";
  return outcome === "infrastructure-error" || outcome === "interrupted" ? "yellow" : undefined;
}
