import type { Slot } from "./types.ts";

export function parseTime(text: string): number {
  const match = /^([0-9]{2}):([0-5][0-9])$/.exec(text);
  const time = match === null ? Number.NaN : Number(match[1]) * 60 + Number(match[2]);
  if (!(time <= 24 * 60)) throw new RangeError(`not a time: ${text}`);
  return time;
}

export function formatTime(time: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(time / 60))}:${two(time % 60)}`;
}

/** Whether two slots share any time. */
export function overlap(a: Slot, b: Slot): boolean {
  return Math.max(a.begin, b.begin) < Math.min(a.end, b.end);
}

/** What is left of `open`. */
export function free(taken: readonly Slot[], open: Slot): Slot[] {
  const slots: Slot[] = [];
  let begin = open.begin;
  for (const slot of taken.toSorted((a, b) => a.begin - b.begin)) {
    if (!overlap(slot, open)) continue;
    if (slot.begin > begin) slots.push({ begin, end: slot.begin });
    begin = Math.max(begin, slot.end);
  }
  if (begin < open.end) slots.push({ begin, end: open.end });
  return slots;
}
