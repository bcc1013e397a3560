/** -1, 0 or 1: whether version `a` is older than, the same as or newer than `b`. */
export function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a version fits a range. */
export function satisfies(version, range) {
  return version === range;
}

/** The newest version that fits a range. */
export function newest(versions, range) {
  return versions.filter((version) => satisfies(version, range)).sort(compare).at(-1);
}
