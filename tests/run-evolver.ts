import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "..", "cli", "main.ts");

export type Ended = {
  /** Exit code; -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** Starts the real command line; `env` is added to the test's environment. */
export function startEvolver(
  argv: readonly string[],
  options: { readonly env?: Record<string, string>; readonly cwd?: string } = {},
): { readonly process: ChildProcess; readonly ended: Promise<Ended>; stderr(): string } {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    // Like a job of a shell: `pressCtrlC` can reach its whole process group.
    detached: true,
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
  return { process: child, ended, stderr: () => stderr };
}

/** What a terminal does on Ctrl-C: a signal to the whole process group. */
export function pressCtrlC(child: ChildProcess): void {
  // Nobody is there to hear it when the process has just ended.
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
}

/** Runs the real command line to its end. */
export function evolver(...argv: readonly string[]): Promise<Ended> {
  return startEvolver(argv).ended;
}

/** Runs a verb with `--json` and returns what it printed; throws when it failed. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON whose shape they state themselves.
export async function evolverJson(...argv: readonly string[]): Promise<any> {
  const { code, stdout, stderr } = await evolver(...argv, "--json");
  if (code !== 0) throw new Error(`evolver ${argv.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** A new directory and how to remove it. */
export function scratch(): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "evolver-test-"));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
