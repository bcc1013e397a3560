/** A numeric constant or setting in a source text. */
export type Constant = {
  readonly name: string;
  readonly value: number;
  readonly start: number;
  readonly end: number;
};

/**
 * Finds `NAME = 20`, `const NAME: number = 4_000;`, `maxSteps: 30,` and the like in JavaScript, TypeScript, Python and
 * TOML or JSON. `start` and `end` enclose the number. Only plain whole numbers count.
 */
export function constantsIn(source: string): readonly Constant[] {
  const pattern =
    /^[ \t]*(?:export |const |let |static |readonly )*["']?(\w+)["']?(?:: ?\w+)?\s*[:=]\s*(\d[\d_]*)(?=\s*[;,#}\n]|\s*$|\s*\/\/)/gm;
  return [...source.matchAll(pattern)].map((match) => {
    const end = match.index + match[0].length;
    const digits = match[2]!;
    return { name: match[1]!, value: Number(digits.replaceAll("_", "")), start: end - digits.length, end };
  });
}

/** The source with the constant's value replaced; digits are grouped as they were. */
export function withValue(source: string, constant: Constant, value: number): string {
  const grouped = source.slice(constant.start, constant.end).includes("_");
  const digits = grouped ? String(value).replaceAll(/\B(?=(\d{3})+$)/g, "_") : String(value);
  return source.slice(0, constant.start) + digits + source.slice(constant.end);
}
