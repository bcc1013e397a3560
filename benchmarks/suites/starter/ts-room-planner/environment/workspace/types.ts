/** From `begin` up to but without `end`, in minutes since midnight. */
export type Slot = { readonly begin: number; readonly end: number };

export type Room = {
  readonly name: string;
  readonly seats: number;
  readonly features: readonly string[];
  readonly open: Slot;
  readonly cleaning: number;
};

export type Request = {
  readonly id: string;
  readonly slot: Slot;
  readonly people: number;
  readonly features: readonly string[];
  readonly priority: number;
  readonly flexible?: number;
};

export type Booking = { readonly id: string; readonly room: string; readonly slot: Slot };

export type Refusal = { readonly id: string; readonly reason: "size" | "closed" | "taken" };
