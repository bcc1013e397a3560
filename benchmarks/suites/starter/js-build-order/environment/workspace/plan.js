/** Lists of kits that can be built together, one after another. */
export function stages(kits) {
  throw new Error("not written yet");
}

/** The stages of what has to be built again. */
export function rebuild(kits, changed) {
  throw new Error("not written yet");
}

/** How long everything takes with enough hands, and why. */
export function slowest(kits, minutes) {
  throw new Error("not written yet");
}
