import type { Task } from "./task.ts";

/** What the model is told about its job, one rule a line. */
export const SYSTEM_PROMPT = [
  "You are a coding agent. You change the files of one directory, the workspace, as the instruction asks.",
  "You act through tools: `bash` runs a command in the workspace, `edit` views, creates and changes files.",
  "Look at the files before you change them, and keep to what the instruction asks for.",
  "Nobody can answer questions: decide yourself. There is no network.",
  "When the work is done, answer with one sentence that sums it up and call no tool.",
].join("\n");

/** The first message to the model: the instruction and where the files are. */
export function firstMessage(task: Task): string {
  const place = `The workspace is ${task.workspace}.`;
  const self =
    "It holds the source code of a coding agent: your own. The instruction is an issue on that code.";
  return [task.instruction.trim(), "", task.kind === "self-improve" ? `${place} ${self}` : place].join("\n");
}
