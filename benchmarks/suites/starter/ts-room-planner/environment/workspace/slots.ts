import type { Slot } from "./types.ts";

export function parseTime(text: string): number {
  const [hours, minutes] = text.split(":");
  return Number.parseInt(hours ?? "") * 60 + Number.parseInt(minutes ?? "");
}

export function formatTime(time: number): string {
  return `${Math.round(time / 60)}:${time % 60}`;
}

/** Whether two slots share any time. */
export function overlap(a: Slot, b: Slot): boolean {
  return a.begin <= b.end && a.end >= b.begin;
}

/** What is left of `open`. */
export function free(taken: Slot[], open: Slot): Slot[] {
  const slots: Slot[] = [];
  let begin = open.begin;
  for (const slot of taken.sort((a, b) => a.begin - b.begin)) {
    slots.push({ begin, end: slot.begin });
    begin = slot.end;
  }
  slots.push({ begin, end: open.end });
  return slots;
}
