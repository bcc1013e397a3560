import { overlap } from "./slots.ts";
import type { Booking, Refusal, Request, Room, Slot } from "./types.ts";

/** Gives rooms to requests. */
export function assign(rooms: Room[], requests: Request[]): { bookings: Booking[]; refused: Refusal[] } {
  const bookings: Booking[] = [];
  const refused: Refusal[] = [];
  for (const request of requests.sort((a, b) => a.priority - b.priority)) {
    const room = find(rooms, bookings, request, request.slot);
    if (room) bookings.push({ id: request.id, room: room.name, slot: request.slot });
    else refused.push({ id: request.id, reason: "taken" });
  }
  return { bookings, refused };
}

function find(rooms: Room[], bookings: Booking[], request: Request, slot: Slot): Room | undefined {
  return rooms
    .filter((room) => room.seats > request.people && request.features.some((feature) => room.features.includes(feature)))
    .filter((room) => slot.begin >= room.open.begin && slot.begin <= room.open.end)
    .filter((room) => bookings.every((booking) => booking.room !== room.name || !overlap(booking.slot, slot)))
    .sort((a, b) => a.seats - b.seats)[0];
}
