/** Distributes an amount over several people in proportion to their weights; the parts sum up to it exactly. */
export function split(cents: number, weights: readonly number[]): number[] {
  check(cents, weights);
  const amount = Math.abs(cents);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const parts = weights.map((weight, index) => {
    const lost = (amount * weight) % sum;
    return { index, lost, share: (amount * weight - lost) / sum };
  });
  let left = amount - parts.reduce((total, part) => total + part.share, 0);
  for (const part of parts.toSorted((a, b) => b.lost - a.lost || a.index - b.index)) {
    if (left === 0) break;
    part.share += 1;
    left -= 1;
  }
  return parts.map(({ share }) => (cents < 0 && share > 0 ? -share : share));
}

function check(cents: number, weights: readonly number[]): void {
  if (!Number.isSafeInteger(cents)) throw new RangeError(`expected an integer amount of cents, got ${cents}`);
  const bad = weights.find((weight) => !Number.isFinite(weight) || weight < 0);
  if (bad !== undefined) throw new RangeError(`expected weights of zero or more, got ${bad}`);
  if (!weights.some((weight) => weight > 0)) throw new RangeError("expected at least one weight greater than zero");
}

/** Equal parts, as far as cents allow. */
export function splitEvenly(cents: number, people: number): number[] {
  return split(cents, new Array(people).fill(1));
}
