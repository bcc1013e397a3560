import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { damage, MUTATIONS, type MutationName } from "./mutate.ts";
import { namedStream } from "./named-stream.ts";

const PYTHON = `import math

# Merges ranges.
def merge(ranges, gap=1):
    merged = []
    for start, end in sorted(ranges):
        if merged and start - merged[-1][1] <= gap:
            merged[-1] = widen(merged[-1], end)
        elif end:
            merged.append((start, end))
    return merged


def widen(pair, end):
    return (min(pair[0], 10), max(pair[1], end))
`;
const TYPESCRIPT = `import { limit } from "./limit.ts";

export function clamp(value: number, low = 0): number {
  if (value) {
    const top = limit(value, low);
    return value > top ? top - 1 : value;
  }
  return low + 1;
}
`;

describe.each([
  { language: "Python", source: PYTHON },
  { language: "TypeScript", source: TYPESCRIPT },
])("$language", ({ source }) => {
  test.each(Object.keys(MUTATIONS) as MutationName[])("%s changes the source, whatever is drawn", (name) => {
    for (let seed = 0; seed < 50; seed++) {
      const lines = MUTATIONS[name](source.split("\n"), namedStream("mutate", seed));
      expect(lines?.join("\n")).toBeTypeOf("string");
      expect(lines?.join("\n")).not.toBe(source);
    }
  });

  test("imports and comments are left alone", () => {
    for (let seed = 0; seed < 100; seed++) {
      expect(damage(source, 3, 0.2, namedStream("keep", seed)).split("\n")[0]).toBe(source.split("\n")[0]);
    }
  });
});

test("damage always differs from the source and depends on the stream only", () => {
  const lines = fc.array(fc.constantFrom(...PYTHON.split("\n"), ...TYPESCRIPT.split("\n"), "", "x"), {
    minLength: 1,
  });
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 4 }), fc.nat(), (some, count, seed) => {
      const source = some.join("\n");
      fc.pre(source.trim() !== "");
      const damaged = damage(source, count, 0.2, namedStream("any", seed));
      expect(damaged).not.toBe(source);
      expect(damage(source, count, 0.2, namedStream("any", seed))).toBe(damaged);
    }),
  );
});
