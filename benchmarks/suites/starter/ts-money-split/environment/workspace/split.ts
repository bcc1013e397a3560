/** Distributes an amount over several people in proportion to their weights. */
export function split(cents: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.round((cents * weight) / sum));
}

/** Equal parts, as far as cents allow. */
export function splitEvenly(cents: number, people: number): number[] {
  return split(cents, new Array(people).fill(1));
}
