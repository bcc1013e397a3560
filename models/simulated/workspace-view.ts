import type { Conversation } from "./conversation.ts";
import { type Action, quote } from "./tools.ts";

/** A file of the workspace as a listing showed it. */
export type Listed = { readonly path: string; readonly lines: number; readonly bytes: number };

/** What the messages show of the workspace. Nothing else is known about it. */
export type WorkspaceView = {
  /** Undefined until the workspace was listed. */
  readonly listing: readonly Listed[] | undefined;
  /** Content of files of which every part is visible, byte for byte. */
  readonly contents: ReadonlyMap<string, string>;
  /** The share of a file's lines that is visible, 0 to 1. */
  share(path: string): number;
};

type Part = { readonly path: string; readonly first: number; readonly last: number };

const LIST_TAG = "list";
const READ_TAG = "read";

/** Lists the files of the workspace with their sizes. */
export function listAction(): Action {
  const command = "find . -type f -not -path '*/.git/*' -not -path '*/node_modules/*' -exec wc -lc {} +";
  return { kind: "run", tag: LIST_TAG, say: "I look at what is there.", command };
}

/**
 * The next reading step: as many of the files' missing lines as fit an agent's output, each part with its size, so
 * that a part which the agent shortened is not taken for the whole. Undefined when all of it is visible. Every reading
 * step that was shortened makes the next one smaller.
 */
export function readAction(paths: readonly string[], conversation: Conversation): Action | undefined {
  const view = viewWorkspace(conversation);
  const reads = conversation.steps.filter((step) => step.tag === READ_TAG);
  const shortened = reads.filter((step) => partsIn(step.result).length < commandsIn(step.arguments)).length;
  let room = 6_000 / 2 ** Math.min(shortened, 4);
  const commands: string[] = [];
  for (const path of paths) {
    const file = view.listing?.find((entry) => entry.path === path);
    if (!file || view.contents.has(path)) continue;
    const seen = seenLines(path, conversation);
    const perLine = Math.max(1, file.bytes / (file.lines + 1));
    let first = 1;
    while (seen.has(first)) first++;
    for (; first <= lastLine(file) && room > 0; ) {
      const last = Math.min(lastLine(file), first + Math.max(10, Math.floor(room / perLine)) - 1);
      commands.push(partCommand({ path, first, last }));
      room -= (last - first + 1) * perLine;
      first = last + 1;
    }
    if (room <= 0) break;
  }
  if (commands.length === 0) return undefined;
  return { kind: "run", tag: READ_TAG, say: "I look inside.", command: commands.join("; ") };
}

/** Reads from the results of listing and reading steps. */
export function viewWorkspace(conversation: Conversation): WorkspaceView {
  const listing = conversation.steps
    .filter((step) => step.tag === LIST_TAG)
    .map((step) => parseListing(step.result))
    .at(-1);
  const contents = new Map<string, string>();
  const share = (path: string) => {
    const file = listing?.find((entry) => entry.path === path);
    return file ? Math.min(1, seenLines(path, conversation).size / lastLine(file)) : 0;
  };
  for (const file of listing ?? []) {
    const seen = seenLines(file.path, conversation);
    if (seen.size < lastLine(file)) continue;
    const text = Array.from({ length: file.lines + 1 }, (_, index) => seen.get(index + 1) ?? "").join("\n");
    if (Buffer.byteLength(text) === file.bytes) contents.set(file.path, text);
  }
  return { listing, contents, share };
}

/** A file without a final line break has one line more than `wc -l` says. */
function lastLine(file: Listed): number {
  return file.lines + 1;
}

function partCommand({ path, first, last }: Part): string {
  const lines = `sed -n ${first},${last}p ${quote(path)}`;
  return `printf '@@ %s ${first} ${last} %s\\n' ${quote(path)} "$(${lines} | wc -c)"; ${lines}; echo "@@ end"`;
}

function commandsIn(json: string): number {
  return json.split("@@ end").length - 1;
}

function parseListing(result: string): readonly Listed[] {
  const files: Listed[] = [];
  for (const [, lines, bytes, path] of result.matchAll(/^ *(\d+) +(\d+) \.\/(.+)$/gm)) {
    files.push({ path: path!, lines: Number(lines), bytes: Number(bytes) });
  }
  return files.sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** The parts that arrived whole: their text has the size which the command announced. */
function partsIn(result: string): { readonly part: Part; readonly text: string }[] {
  return [...result.matchAll(/^@@ (.+) (\d+) (\d+) (\d+)\n([\s\S]*?)@@ end$/gm)].flatMap(
    ([, path, first, last, bytes, text]) =>
      Buffer.byteLength(text!) === Number(bytes)
        ? [{ part: { path: path!, first: Number(first), last: Number(last) }, text: text! }]
        : [],
  );
}

function seenLines(path: string, conversation: Conversation): ReadonlyMap<number, string> {
  const seen = new Map<number, string>();
  for (const step of conversation.steps) {
    if (step.tag !== READ_TAG) continue;
    for (const { part, text } of partsIn(step.result)) {
      if (part.path !== path) continue;
      const lines = text.split("\n");
      for (let line = part.first; line <= part.last; line++) seen.set(line, lines[line - part.first] ?? "");
    }
  }
  return seen;
}
