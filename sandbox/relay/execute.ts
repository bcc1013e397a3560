import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Readable } from "node:stream";
import type { Send } from "./channel.ts";
import { pieces } from "./channel.ts";
import type { ExecMessage, ExitMessage } from "./messages.ts";
import { END_COMMAND, withReaper } from "./reaper.ts";

/** How long to wait for the pipes of a command that has ended; its processes are dead, so it is a formality. */
const DRAIN_MS = 2000;
/** Time between asking a command's parent to end it and ending everything. */
const FORCE_MS = 500;

/**
 * Runs one command and answers with `stdout` and `stderr` frames and one `exit`. When it has ended, every other process
 * of the sandbox is killed. A command that can't be started ends like in a shell: 127 not found, else 126.
 */
export async function execute(message: ExecMessage, stream: number, send: Send): Promise<void> {
  let truncated = false;
  const exit = (ending: Omit<ExitMessage, "truncated">) => send("exit", stream, { ...ending, truncated });
  try {
    const [file = "", ...args] = withReaper(message.argv);
    const child = spawn(file, args, {
      cwd: message.cwd,
      env: { ...inherited(), ...message.env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once("error", reject).once("exit", (code, signal) => resolve([code, signal]));
    });
    preferForOutOfMemory(child.pid);
    let over = false;
    const forward = async (type: "stdout" | "stderr", output: Readable) => {
      let left = message.outputBytes;
      for await (const chunk of output as AsyncIterable<Uint8Array>) {
        if (chunk.length > left) truncated = true;
        const kept = chunk.subarray(0, left);
        left -= kept.length;
        for (const piece of pieces(kept)) if (!over) await send(type, stream, piece);
      }
    };
    const drained = Promise.allSettled([forward("stdout", child.stdout), forward("stderr", child.stderr)]);
    let timedOut = false;
    let forced: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      timedOut = true;
      process.kill(child.pid ?? 0, END_COMMAND);
      forced = setTimeout(killEverything, FORCE_MS);
    }, message.timeoutMs);
    const [exitCode, signal] = await ended.finally(() => {
      clearTimeout(timer);
      clearTimeout(forced);
    });
    killEverything();
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    over = true;
    await exit(timedOut ? { exitCode: null, signal: "SIGKILL", timedOut } : { exitCode, signal, timedOut });
  } catch (error) {
    const { code, message: reason } = error as NodeJS.ErrnoException;
    const text = `evolver: cannot run ${message.argv[0]} in ${message.cwd}: ${reason}\n`;
    await send("stderr", stream, Buffer.from(text).subarray(0, message.outputBytes));
    await exit({ exitCode: code === "ENOENT" ? 127 : 126, signal: null, timedOut: false });
  }
}

/** What the engine and the image set; the emptied variables only shield the relay from the image. */
function inherited(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, LD_PRELOAD, ...env } = process.env;
  return { ...env, PATH: `/evolver/bin:${process.env.PATH}` };
}

/** In process 1, -1 means every process of the sandbox but this one; none forks away, the kernel does it at one go. */
function killEverything(): void {
  try {
    process.kill(-1, "SIGKILL");
  } catch {
    // Nothing is left to kill.
  }
}

/** When memory runs out the command must die, not the relay. */
function preferForOutOfMemory(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // It has ended already, or runs a binary that can't be read; the kernel takes the largest process then.
  }
}
