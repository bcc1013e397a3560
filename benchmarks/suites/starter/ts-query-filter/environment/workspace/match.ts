import type { Order } from "./types.ts";

/** The orders that match a query. */
export function search(orders: readonly Order[], query: string): Order[] {
  throw new Error("not written yet");
}
