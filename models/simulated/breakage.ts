import { pick, type Stream } from "./named-stream.ts";

/** A way to spoil a source file: the spoiled text, or undefined when the file offers no place for it. */
type Breakage = (source: string, isPython: boolean) => string | undefined;

/** Mistakes that a model makes when it changes an agent: each can keep the agent from starting, or from working. */
export const BREAKAGES: Readonly<Record<string, Breakage>> = {
  lostBracket: (source) => replaceOnce(source, /[)\]}](?=[^)\]}]*$)/, ""),
  lostImport: (source) => replaceOnce(source, /^(?:import (?!type\b)[^\n]*|from \S+ import [^\n(]*)\n/m, ""),
  wrongName: (source) =>
    replaceOnce(
      source,
      /^((?:export )?(?:const |def |(?:async )?function )?[A-Za-z]\w{3,})(?=\(| = )/m,
      "$1s",
    ),
  failingCheck: (source, isPython) =>
    afterImports(
      source,
      isPython
        ? 'if "--check" in __import__("sys").argv:\n    raise SystemExit("not finished")\n'
        : 'if (process.argv.includes("--check")) throw new Error("not finished");\n',
    ),
  silentExit: (source, isPython) =>
    afterImports(
      source,
      isPython
        ? 'if "--check" not in __import__("sys").argv:\n    raise SystemExit(0)\n'
        : 'if (!process.argv.includes("--check")) process.exit(0);\n',
    ),
};

/** The source spoiled in a way drawn from the stream; always different from what it was. */
export function spoil(source: string, path: string, stream: Stream): string {
  const breakage = pick(Object.values(BREAKAGES), stream)!;
  return breakage(source, path.endsWith(".py")) ?? `${source}\n)\n`;
}

function replaceOnce(source: string, pattern: RegExp, replacement: string): string | undefined {
  return pattern.test(source) ? source.replace(pattern, replacement) : undefined;
}

function afterImports(source: string, statement: string): string | undefined {
  const last = [...source.matchAll(/^(?:import [^\n]*|from [^\n]*|\} from [^\n]*)\n/gm)].at(-1);
  if (!last) return undefined;
  const at = last.index + last[0].length;
  return source.slice(0, at) + statement + source.slice(at);
}
