import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { COMMAND_TIMEOUT_SECONDS, MAX_OUTPUT_CHARACTERS } from "./limits.ts";

export type Tool = {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments. */
  readonly parameters: object;
  /** The result for the model. What it throws is shown to the model as an error. */
  readonly run: (input: Input, place: Place) => Promise<string>;
};
/** Arguments as the model sent them. */
export type Input = Readonly<Record<string, unknown>>;
/** Where a tool works, and until when (milliseconds). */
export type Place = { readonly workspace: string; readonly deadline: number };

const bash: Tool = {
  name: "bash",
  description:
    "Runs a command in a fresh bash in the workspace and returns its output and exit code. " +
    `It is killed after ${COMMAND_TIMEOUT_SECONDS} seconds, and nothing it starts outlives it.`,
  parameters: {
    type: "object",
    properties: { command: { type: "string", description: "The command line to run." } },
    required: ["command"],
  },
  run: (input, place) => runCommand(text(input, "command"), place),
};

const edit: Tool = {
  name: "edit",
  description:
    "Works on one file. `view` returns its content, `create` writes `content` to it, replacing what was there, " +
    "`replace` exchanges the text `old` for `new`; `old` must occur exactly once in the file.",
  parameters: {
    type: "object",
    properties: {
      action: { type: "string", enum: ["view", "create", "replace"] },
      path: { type: "string", description: "Relative to the workspace, or absolute." },
      content: { type: "string", description: "For `create`: the whole file." },
      old: { type: "string", description: "For `replace`: the text to find, with its white space." },
      new: { type: "string", description: "For `replace`: the text to put in its place." },
    },
    required: ["action", "path"],
  },
  run: async (input, place) => {
    const path = resolve(place.workspace, text(input, "path"));
    switch (input.action) {
      case "view":
        return shorten(await readFile(path, "utf8"));
      case "create":
        return create(path, text(input, "content"));
      case "replace":
        return replace(path, text(input, "old"), text(input, "new"));
      default:
        throw new Error(`action must be view, create or replace, not ${JSON.stringify(input.action)}`);
    }
  },
};

export const TOOLS: readonly Tool[] = [bash, edit];

async function create(path: string, content: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return `Wrote ${content.length} characters to ${path}.`;
}

async function replace(path: string, old: string, replacement: string): Promise<string> {
  const parts = old === "" ? [] : (await readFile(path, "utf8")).split(old);
  if (parts.length !== 2) {
    const found = Math.max(0, parts.length - 1);
    const advice =
      found === 0 ? "View the file and copy the text exactly" : "Add lines around it to make it unique";
    throw new Error(`old must occur exactly once in ${path}, but occurs ${found} times. ${advice}.`);
  }
  await writeFile(path, parts.join(replacement));
  return `Replaced 1 occurrence in ${path}.`;
}

/** Output and exit code of a shell command; ends with it, though processes it left may hold its pipes open. */
function runCommand(command: string, { workspace, deadline }: Place): Promise<string> {
  const seconds = Math.max(0, Math.min(COMMAND_TIMEOUT_SECONDS, (deadline - Date.now()) / 1000));
  const output = boundedText();
  return new Promise((settle, reject) => {
    const child = spawn("bash", ["-c", command], {
      cwd: workspace,
      detached: true, // Its own process group, so that everything it started can be killed.
      stdio: ["ignore", "pipe", "pipe"],
    });
    let end = "";
    const killGroup = () => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // Nothing is left of the group.
      }
    };
    const timer = setTimeout(() => {
      end = `[killed after ${Math.round(seconds)} seconds]`;
      killGroup();
    }, seconds * 1000);
    child.stdout.setEncoding("utf8").on("data", output.add);
    child.stderr.setEncoding("utf8").on("data", output.add);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      killGroup();
      end ||= signal ? `[ended by ${signal}]` : `[exit code ${code}]`;
      // What is still in the pipes arrives now; a process that left the group must not hold the agent up.
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, 200);
    });
    child.on("close", () => settle([output.text().trimEnd(), end].filter(Boolean).join("\n")));
  });
}

function shorten(whole: string): string {
  const bounded = boundedText();
  bounded.add(whole);
  return bounded.text();
}

/** Collects text; of more than the model gets to see it keeps the start, the end and how much is left out. */
function boundedText(): { readonly add: (chunk: string) => void; readonly text: () => string } {
  const half = MAX_OUTPUT_CHARACTERS / 2;
  let head = "";
  let tail = "";
  let length = 0;
  return {
    add: (chunk) => {
      const room = half - head.length;
      length += chunk.length;
      head += chunk.slice(0, room);
      tail = (tail + chunk.slice(room)).slice(-half);
    },
    text: () => {
      const left = length - head.length - tail.length;
      return left > 0 ? `${head}\n[${left} characters left out]\n${tail}` : head + tail;
    },
  };
}

/** The argument with this name; throws when it is not a string. */
function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value !== "string") throw new Error(`${name} must be a string, not ${JSON.stringify(value)}`);
  return value;
}
