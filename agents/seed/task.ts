import { readFileSync } from "node:fs";

export type Task = {
  /** `self-improve`: the workspace is a copy of this agent's own source code. */
  readonly kind: "solve" | "self-improve";
  readonly instruction: string;
  /** Absolute path of the directory to work in. */
  readonly workspace: string;
  /** Milliseconds since 1970; from then on the agent may be killed. */
  readonly deadline: number;
};

/** Reads the task file. Throws, naming what is wrong, when it is no task. */
export function readTask(path: string): Task {
  const { kind, instruction, workspace, deadline } = JSON.parse(readFileSync(path, "utf8"));
  if (kind !== "solve" && kind !== "self-improve")
    throw new Error(`${path}: unknown kind ${JSON.stringify(kind)}`);
  if (typeof instruction !== "string") throw new Error(`${path}: instruction must be a string`);
  if (typeof workspace !== "string") throw new Error(`${path}: workspace must be a string`);
  const time = Date.parse(deadline);
  if (Number.isNaN(time)) throw new Error(`${path}: deadline must be an ISO 8601 time, not ${deadline}`);
  return { kind, instruction, workspace, deadline: time };
}
