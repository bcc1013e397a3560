import type { ChatRequest } from "./conversation.ts";

/** One thing the simulated model wants to do next. */
export type Action =
  | { readonly kind: "run"; readonly tag: string; readonly say: string; readonly command: string }
  | {
      readonly kind: "write";
      readonly tag: string;
      readonly say: string;
      readonly path: string;
      readonly content: string;
    }
  | {
      readonly kind: "replace";
      readonly tag: string;
      readonly say: string;
      readonly path: string;
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: "answer"; readonly say: string };

export type Call = { readonly name: string; readonly arguments: Readonly<Record<string, string>> };

/** What the agent's tools allow, each as a function from what is wanted to a call; undefined where no tool does it. */
export type Toolbox = {
  readonly run: ((command: string) => Call) | undefined;
  readonly write: ((path: string, content: string) => Call) | undefined;
  readonly replace: ((path: string, before: string, after: string) => Call) | undefined;
};

type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const COMMAND = /^(command|cmd|script|code|input)$/i;
const PATH = /^(path|file|file_?path|file_?name)$/i;
const CONTENT = /^(content|contents|text|file_?text|body)$/i;
const BEFORE = /^(old|old_?(str|string|text)|search|find|before)$/i;
const AFTER = /^(new|new_?(str|string|text)|replace|replacement|after)$/i;

/** Recognises a shell, a writing and a replacing tool by their JSON schemas; without a tool to write the shell does it. */
export function recogniseTools(request: ChatRequest): Toolbox {
  let { run, write, replace }: Toolbox = { run: undefined, write: undefined, replace: undefined };
  const tools = request.tool_choice === "none" ? [] : (request.tools ?? []);
  for (const { function: tool } of tools) {
    const properties: Properties = tool.parameters?.properties ?? {};
    const path = parameter(properties, PATH);
    const command = parameter(properties, COMMAND);
    if (path === undefined) {
      if (command) run ??= (line) => ({ name: tool.name, arguments: { [command]: line } });
      continue;
    }
    const content = parameter(properties, CONTENT);
    const creating = discriminator(properties, /create|write/i);
    if (content && creating) {
      write ??= (file, whole) => ({
        name: tool.name,
        arguments: { ...creating, [path]: file, [content]: whole },
      });
    }
    const before = parameter(properties, BEFORE);
    const after = parameter(properties, AFTER);
    const replacing = discriminator(properties, /replace|edit/i);
    if (before && after && replacing) {
      replace ??= (file, old, fresh) => ({
        name: tool.name,
        arguments: { ...replacing, [path]: file, [before]: old, [after]: fresh },
      });
    }
  }
  const shell = run;
  write ??= shell && ((file, whole) => shell(heredoc(file, whole)));
  return { run, write, replace };
}

/** The call for an action; undefined for an answer, and where no tool can do it. */
export function callFor(action: Action, toolbox: Toolbox): Call | undefined {
  switch (action.kind) {
    case "run":
      return toolbox.run?.(action.command);
    case "write":
      return toolbox.write?.(action.path, action.content);
    case "replace":
      return toolbox.replace?.(action.path, action.before, action.after);
    case "answer":
      return undefined;
  }
}

/** A path or any other word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function parameter(properties: Properties, name: RegExp): string | undefined {
  return Object.keys(properties).find(
    (key) => name.test(key) && (properties[key]!.type ?? "string") === "string",
  );
}

/** The extra argument that selects what a tool does: `{}` when it does one thing, undefined when not that one. */
function discriminator(properties: Properties, wanted: RegExp): Record<string, string> | undefined {
  for (const [name, { enum: values }] of Object.entries(properties)) {
    if (!Array.isArray(values)) continue;
    const value = values.find((candidate) => typeof candidate === "string" && wanted.test(candidate));
    return value && { [name]: value };
  }
  return {};
}

function heredoc(path: string, content: string): string {
  let end = "END_OF_FILE";
  while (content.includes(end)) end += "_";
  const directory = path.includes("/") ? `mkdir -p ${quote(path.slice(0, path.lastIndexOf("/")))} && ` : "";
  return `${directory}cat > ${quote(path)} <<'${end}'\n${content}${content.endsWith("\n") ? "" : "\n"}${end}`;
}
