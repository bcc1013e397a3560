import { overlap } from "./slots.ts";
import type { Booking, Refusal, Request, Room, Slot } from "./types.ts";

const STEP = 15;

/** Gives rooms to requests. */
export function assign(
  rooms: readonly Room[],
  requests: readonly Request[],
): { bookings: Booking[]; refused: Refusal[] } {
  check(requests);
  const bookings: Booking[] = [];
  const refused: Refusal[] = [];
  for (const request of requests.toSorted(treatment)) {
    const suitable = rooms.filter((room) => suits(room, request)).sort(preference);
    const open = shifts(request).flatMap((slot) =>
      suitable.filter((room) => slot.begin >= room.open.begin && slot.end <= room.open.end).map((room) => ({ room, slot })),
    );
    const found = open.find(({ room, slot }) => isFree(room, slot, bookings));
    if (found) bookings.push({ id: request.id, room: found.room.name, slot: found.slot });
    else refused.push({ id: request.id, reason: suitable.length === 0 ? "size" : open.length === 0 ? "closed" : "taken" });
  }
  return { bookings: bookings.sort((a, b) => byText(a.room, b.room) || a.slot.begin - b.slot.begin), refused };
}

function check(requests: readonly Request[]): void {
  const ids = new Set<string>();
  for (const { id, slot, people } of requests) {
    if (slot.begin >= slot.end) throw new RangeError(`request ${id} has no time`);
    if (people < 1) throw new RangeError(`request ${id} has no people`);
    if (ids.has(id)) throw new RangeError(`request ${id} is there twice`);
    ids.add(id);
  }
}

function treatment(a: Request, b: Request): number {
  return b.priority - a.priority || a.slot.begin - b.slot.begin || byText(a.id, b.id);
}

function preference(a: Room, b: Room): number {
  return a.seats - b.seats || a.features.length - b.features.length || byText(a.name, b.name);
}

function suits(room: Room, request: Request): boolean {
  return room.seats >= request.people && request.features.every((feature) => room.features.includes(feature));
}

function shifts({ slot, flexible = 0 }: Request): Slot[] {
  const slots: Slot[] = [];
  for (let shift = 0; shift <= flexible; shift += STEP) {
    slots.push({ begin: slot.begin + shift, end: slot.end + shift });
  }
  return slots;
}

function isFree(room: Room, slot: Slot, bookings: readonly Booking[]): boolean {
  const cleaned = { begin: slot.begin - room.cleaning, end: slot.end + room.cleaning };
  return !bookings.some((booking) => booking.room === room.name && overlap(booking.slot, cleaned));
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
