import { createHash } from "node:crypto";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** Uniform draws from [0, 1). */
export type RandomStream = () => number;

/**
 * The random stream with this name, e.g. `randomStream(7, 42, "expand")`. The same name gives the same draws, on every
 * machine; different names give unrelated ones. The name's SHA-256 is the generator's whole state, because small raw
 * seeds give nearly equal first draws.
 */
export function randomStream(...name: readonly (string | number)[]): RandomStream {
  const digest = createHash("sha256").update(JSON.stringify(name)).digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
  return () => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/** One of `items`, each with the same chance. Throws on an empty list. */
export function pick<T>(items: readonly T[], random: RandomStream): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("pick: the list is empty");
  return item;
}
