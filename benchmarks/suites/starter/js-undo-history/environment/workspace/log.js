/** One line for a step, for bug reports. */
export function describe(step) {
  return step.changes.map(({ start, removed, inserted }) => `@${start} -${removed.length} +${inserted.length}`).join(", ");
}
