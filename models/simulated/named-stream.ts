import { createHash } from "node:crypto";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** Uniform draws from [0, 1). */
export type Stream = () => number;

/** The random stream with this name: the same draws for the same name everywhere, unrelated ones for another. */
export function namedStream(...name: readonly (string | number)[]): Stream {
  const digest = createHash("sha256").update(JSON.stringify(name)).digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
  return () => (generator.next() >>> 0) / 2 ** 32;
}

/** One of `items`, each with the same chance; undefined when there are none. */
export function pick<T>(items: readonly T[], stream: Stream): T | undefined {
  return items[Math.floor(stream() * items.length)];
}

/** The logistic function: log odds to a probability. */
export function probability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
