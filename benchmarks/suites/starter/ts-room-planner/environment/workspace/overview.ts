import { formatTime } from "./slots.ts";
import type { Booking, Room } from "./types.ts";

/** Lines for the notice board. */
export function overview(rooms: readonly Room[], bookings: readonly Booking[]): string[] {
  const lines: string[] = [];
  for (const room of rooms) {
    const own = bookings.filter((booking) => booking.room.startsWith(room.name));
    const minutes = own.reduce((sum, { slot }) => sum + slot.end - slot.begin, 0);
    lines.push(`${room.name} (${Math.round((minutes / (24 * 60)) * 100)}%)`);
    for (const { id, slot } of own) lines.push(`  ${formatTime(slot.begin)}-${formatTime(slot.end)} ${id}`);
  }
  return lines;
}
