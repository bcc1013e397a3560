import { formatTime } from "./slots.ts";
import type { Booking, Room } from "./types.ts";

/** Lines for the notice board. */
export function overview(rooms: readonly Room[], bookings: readonly Booking[]): string[] {
  const lines: string[] = [];
  for (const room of rooms.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const own = bookings.filter((booking) => booking.room === room.name).sort((a, b) => a.slot.begin - b.slot.begin);
    const booked = own.reduce((sum, { slot }) => sum + slot.end - slot.begin, 0);
    const open = room.open.end - room.open.begin;
    lines.push(`${room.name} (${open > 0 ? Math.floor((booked * 100) / open) : 0}%)`);
    for (const { id, slot } of own) lines.push(`  ${formatTime(slot.begin)}-${formatTime(slot.end)} ${id}`);
    if (own.length === 0) lines.push("  free");
  }
  return lines;
}
