import { LOG_ARGUMENT_CHARACTERS, LOG_RESULT_LINES, MAX_STEPS } from "./limits.ts";
import { complete, type Message, ModelError, type ModelOptions, type ToolCall } from "./model.ts";
import { firstMessage, SYSTEM_PROMPT } from "./prompt.ts";
import type { Task } from "./task.ts";
import { type Input, TOOLS } from "./tools.ts";

/** `answered`: the model says it is done. Everything else is a limit which ended the run early. */
export type Stop = {
  readonly reason: "answered" | "steps" | "deadline" | "budget" | "context";
  readonly detail: string;
};

/**
 * Works on the task: asks the model, runs the tools it calls, and so on until it answers without a call or a limit
 * is reached. `log` gets the transcript. Throws `ModelError` `failed` when the model can't be had.
 */
export async function solve(task: Task, options: ModelOptions, log: (line: string) => void): Promise<Stop> {
  const messages: Message[] = [
    { role: "system", content: SYSTEM_PROMPT },
    { role: "user", content: firstMessage(task) },
  ];
  const tools = TOOLS.map(({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }));
  try {
    for (let step = 1; step <= MAX_STEPS; step++) {
      const answer = await complete(options, messages, tools, task.deadline);
      const calls = answer.tool_calls ?? [];
      messages.push({ ...answer, ...(calls.length > 0 && { tool_calls: calls.map(withValidArguments) }) });
      if (answer.content.trim()) log(`[${step}] ${answer.content.trim()}`);
      if (calls.length === 0) return { reason: "answered", detail: `after ${step} steps` };

      for (const call of calls) {
        const { name, arguments: input } = call.function;
        log(`[${step}] ${name} ${firstCharacters(input)}`);
        const result = await runTool(call, task);
        log(excerpt(result));
        messages.push({ role: "tool", tool_call_id: call.id, content: result });
      }
    }
  } catch (error) {
    if (error instanceof ModelError && error.code !== "failed")
      return { reason: error.code, detail: error.message };
    throw error;
  }
  return { reason: "steps", detail: `no answer after ${MAX_STEPS} steps` };
}

/** The tool's result, or its error in words the model can act on. */
async function runTool(call: ToolCall, task: Task): Promise<string> {
  const { name, arguments: json } = call.function;
  const tool = TOOLS.find((candidate) => candidate.name === name);
  if (!tool)
    return `Error: there is no tool ${name}, only ${TOOLS.map((known) => known.name).join(" and ")}.`;
  const input = parseObject(json);
  if (!input) return "Error: the arguments are not a JSON object. Send the call again with valid JSON.";
  try {
    return await tool.run(input, task);
  } catch (error) {
    return `Error: ${error instanceof Error ? error.message : error}`;
  }
}

/** Some servers refuse a history with arguments that do not parse. */
function withValidArguments(call: ToolCall): ToolCall {
  return parseObject(call.function.arguments)
    ? call
    : { ...call, function: { ...call.function, arguments: "{}" } };
}

function parseObject(json: string): Input | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Input)
      : undefined;
  } catch {
    return undefined;
  }
}

function firstCharacters(json: string): string {
  return json.length <= LOG_ARGUMENT_CHARACTERS ? json : `${json.slice(0, LOG_ARGUMENT_CHARACTERS)}…`;
}

/** The start and the end of a result, where a command's exit code is. */
function excerpt(result: string): string {
  const lines = result.split("\n").map((line) => `    ${line}`);
  const half = LOG_RESULT_LINES / 2;
  const left = lines.length - LOG_RESULT_LINES;
  const shown =
    left > 0 ? [...lines.slice(0, half), `    … ${left} more lines`, ...lines.slice(-half)] : lines;
  return shown.join("\n");
}
