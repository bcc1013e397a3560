import { spawn } from "node:child_process";

export type ToolResult = {
  readonly ok: boolean;
  readonly stdout: string;
  /** Standard output and error as they came. */
  readonly output: string;
};

/**
 * Runs a JavaScript program on this Node and waits for its end. Never throws: what kept it from running, and a time-out,
 * are in `output`.
 */
export function runTool(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly timeoutMs: number },
): Promise<ToolResult> {
  const { cwd, timeoutMs } = options;
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ ok: false, stdout, output: `${program}: ${error.message}` }));
    child.on("close", (code, signal) => {
      if (signal !== null) output += `\nended by ${signal} (time limit ${timeoutMs / 1000} s)`;
      resolve({ ok: code === 0, stdout, output });
    });
  });
}
