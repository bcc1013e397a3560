import { TOPICS, type Topic } from "./advice.ts";
import { constantsIn, withValue } from "./constants.ts";
import { pick, type Stream } from "./named-stream.ts";
import { findPrompt, insertLine } from "./prose.ts";

/** One file's new content. */
export type Change = { readonly path: string; readonly content: string };

type Sources = ReadonlyMap<string, string>;

/**
 * The change of an agent's source that a topic stands for. Where the source has no place for it or has it already,
 * another topic's change is made, in the end a note: undefined only without any source. `sources` are whole files.
 */
export function makeChange(topic: Topic, sources: Sources, stream: Stream): Change | undefined {
  const others = TOPICS.filter(({ effect, name }) => effect.kind === "advice" && name !== "hurry");
  const note = TOPICS.find(({ effect }) => effect.kind === "note")!;
  return (
    apply(topic, sources, stream) ??
    apply(pick(others, stream)!, sources, stream) ??
    apply(note, sources, stream)
  );
}

/** The file which a topic's change goes into, as far as the paths tell. */
export function isLikelyPlace(topic: Topic, path: string): boolean {
  const names = { advice: /prompt/i, constant: /limit|const|config|setting/i, note: /^(main|NOTES)\./ };
  return names[topic.effect.kind].test(path);
}

/** Source text that can be read and changed: no images, no lock files. */
export function isSource(path: string): boolean {
  return /\.(ts|js|mjs|py|md|txt)$/.test(path) || path === "agent.json";
}

function apply({ effect }: Topic, sources: Sources, stream: Stream): Change | undefined {
  switch (effect.kind) {
    case "advice":
      return addAdvice(effect.lines, sources, stream);
    case "constant":
      return changeConstant(effect, sources, stream);
    case "note":
      return addNote(effect.lines, sources, stream);
  }
}

function addAdvice(lines: readonly string[], sources: Sources, stream: Stream): Change | undefined {
  const line = pick(unused(lines, sources), stream);
  if (!line) return undefined;
  const places = [...sources].flatMap(([path, source]) => {
    if (/prompt.*\.(md|txt)$/i.test(path))
      return [{ path, score: Infinity, content: `${source.trimEnd()}\n${line}\n` }];
    const prose = /\.(ts|js|mjs|py)$/.test(path) ? findPrompt(source, path) : undefined;
    if (!prose) return [];
    const score = prose.score * (/prompt/i.test(path) ? 10 : 1);
    return [{ path, score, content: insertLine(source, prose, line, stream()) }];
  });
  const [best] = places.sort((left, right) => right.score - left.score);
  return best && { path: best.path, content: best.content };
}

type ConstantEffect = Extract<Topic["effect"], { kind: "constant" }>;

function changeConstant(
  { constant, factor, most }: ConstantEffect,
  sources: Sources,
  stream: Stream,
): Change | undefined {
  for (const [path, source] of sources) {
    const found = constantsIn(source).find(({ name, value }) => constant.test(name) && value > 0);
    if (!found) continue;
    const exact = found.value * (factor[0] + (factor[1] - factor[0]) * stream());
    const value = Math.min(most, exact >= 1_000 ? Math.round(exact / 100) * 100 : Math.round(exact));
    if (value !== found.value) return { path, content: withValue(source, found, value) };
  }
  return undefined;
}

/** A comment at the top of a source file, or a line in a file of notes. */
function addNote(lines: readonly string[], sources: Sources, stream: Stream): Change | undefined {
  const line =
    pick(unused(lines, sources), stream) ?? `Looked through again: ${Math.floor(stream() * 10_000)}.`;
  const code = [...sources].filter(([path]) => /\.(ts|js|mjs|py)$/.test(path));
  const chosen = pick(code, stream);
  if (!chosen || stream() < 0.3)
    return { path: "NOTES.md", content: `${sources.get("NOTES.md") ?? "# Notes\n\n"}- ${line}\n` };
  const [path, source] = chosen;
  const [shebang = ""] = /^#![^\n]*\n/.exec(source) ?? [];
  return {
    path,
    content: `${shebang}${path.endsWith(".py") ? "#" : "//"} ${line}\n${source.slice(shebang.length)}`,
  };
}

function unused(lines: readonly string[], sources: Sources): string[] {
  return lines.filter((line) => ![...sources.values()].some((source) => source.includes(line)));
}
