import type { Step } from "./conversation.ts";
import type { Action } from "./tools.ts";

/** What a reader of a command's visible output learns from it. */
export type Verdict = {
  readonly result: "passed" | "failed" | "unclear";
  /** The share of the output that is visible, in quarters from 0 to 1. */
  readonly visible: number;
};

/** Runs a command and shows how long its output is and how it ended. */
export function checkAction(tag: string, command: string): Action {
  const script = `out=$(${command} 2>&1); code=$?; printf '%s characters\\n%s\\nexit code %s\\n' "\${#out}" "$out" "$code"`;
  return { kind: "run", tag, say: "I check the work.", command: script };
}

/** Reads the result of a `checkAction` as the agent shows it. */
export function readVerdict(step: Step): Verdict {
  const shown = /(\d+) characters\n([\s\S]*?)(?:\nexit code (\d+)|$)/.exec(step.result);
  const length = Number(shown?.[1] ?? 0);
  const body = shown?.[2] ?? step.result;
  const exit = shown?.[3];
  const visible = length === 0 ? 1 : Math.min(1, Math.round((body.length / length) * 4) / 4);
  if (/\b(Ran 0 tests|no tests|tests 0)\b/i.test(body)) return { result: "unclear", visible };
  if (exit !== undefined) return { result: exit === "0" ? "passed" : "failed", visible };
  return { result: /\b(FAILED|FAIL|Error|Traceback|not ok)\b/.test(body) ? "failed" : "unclear", visible };
}

/** The command for a task's visible tests: the one its instruction quotes, else the usual one of the language. */
export function testCommand(instruction: string, paths: readonly string[]): string {
  const quoted = [
    ...instruction.matchAll(/`([^`\n]*(?:unittest|--test|pytest|npm (?:run )?test)[^`\n]*)`/g),
  ].map((match) => match[1]!);
  return quoted[0] ?? (paths.some((path) => path.endsWith(".py")) ? "python3 -m unittest -q" : "node --test");
}
