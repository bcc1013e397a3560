import { ValueError } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import type { Value } from "./expression.ts";
import { parse } from "./parse.ts";

/** The values of all cells. A cell's content is a value, or a formula that begins with `=`. */
export function calculate(cells: Readonly<Record<string, Value>>): Map<string, Value> {
  const values = new Map<string, Value>();
  const open = new Set<string>();
  const lookup = (name: string): Value => {
    const known = values.get(name);
    if (known !== undefined) return known;
    if (!Object.hasOwn(cells, name)) throw new ValueError(`no cell ${name}`);
    if (open.has(name)) throw new ValueError(`cell ${name} needs itself`);
    open.add(name);
    const content = cells[name] as Value;
    const formula = typeof content === "string" && content.startsWith("=");
    const value = formula ? evaluate(parse(content.slice(1)), lookup) : content;
    values.set(name, value);
    return value;
  };
  for (const name of Object.keys(cells)) lookup(name);
  return values;
}
