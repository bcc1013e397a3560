import { isUsageOnly } from "./count-tokens.ts";

export type UsageFilter = {
  /** Takes the next piece of a stream; returns what of it, and of what was held back before, may pass. */
  pass(text: string): string;
  /** What is left when the stream has ended. */
  rest(): string;
};

/**
 * Leaves the event out of server-sent events that carries nothing but usage. Events end at an empty line, with line
 * feeds or with carriage returns before them. Each piece is looked at once, however long the event.
 */
export function createUsageFilter(): UsageFilter {
  let event: string[] = [];
  let blankLine = true;
  return {
    pass(text) {
      const passed: string[] = [];
      for (const piece of text.split(/(?<=\n)/)) {
        event.push(piece);
        blankLine &&= piece === "\n" || piece === "\r\n" || piece === "\r" || piece === "";
        if (!piece.endsWith("\n")) continue;
        if (blankLine) {
          const whole = event.join("");
          if (!isUsageOnly(whole)) passed.push(whole);
          event = [];
        }
        blankLine = true;
      }
      return passed.join("");
    },
    rest: () => event.join(""),
  };
}
