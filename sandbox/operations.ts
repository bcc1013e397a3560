import { z } from "zod";
import {
  type Command,
  type CommandResult,
  type CopyOutLimits,
  type FileEntry,
  type Files,
  SandboxError,
} from "./contract.ts";
import { checkedFiles, pathFromBytes } from "./files.ts";
import { json, pieces, type Send } from "./relay/channel.ts";
import { type Frame, ProtocolError } from "./relay/frames.ts";
import type { ExecMessage, FileMessage, ReadMessage, WriteMessage } from "./relay/messages.ts";

/** One thing asked of the relay: how it begins, what comes back, when it is over. */
export type Operation<T> = {
  begin(send: Send, stream: number): Promise<void>;
  /**
   * Takes one answering frame; anything but undefined ends the operation. Throws `SandboxError` when it has failed and
   * the sandbox goes on, `ProtocolError` when the relay can't be trusted any more.
   */
  receive(frame: Frame): T | undefined;
};

const DEFAULT_OUTPUT_BYTES = 1024 * 1024;

/** Runs a command; `expired` is its result when the relay never answered and the sandbox had to be ended. */
export function runCommand(
  command: Command & { readonly cwd: string },
): Operation<CommandResult> & { expired(): CommandResult } {
  const { argv, cwd, env = {}, timeoutMs, outputBytes = DEFAULT_OUTPUT_BYTES, onOutput } = command;
  const startedAt = performance.now();
  const chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const kept = { stdout: 0, stderr: 0 };
  const result = (ending: Pick<CommandResult, "exitCode" | "signal" | "timedOut" | "truncated">) => ({
    ...ending,
    stdout: Buffer.concat(chunks.stdout),
    stderr: Buffer.concat(chunks.stderr),
    durationMs: performance.now() - startedAt,
  });
  return {
    begin: (send, stream) =>
      send("exec", stream, { argv, cwd, env, timeoutMs, outputBytes } satisfies ExecMessage),
    receive: (frame) => {
      if (frame.type === "stdout" || frame.type === "stderr") {
        kept[frame.type] += frame.payload.length;
        if (kept[frame.type] > outputBytes)
          throw new ProtocolError(`${frame.type} above ${outputBytes} bytes`);
        chunks[frame.type].push(frame.payload);
        onOutput?.(frame.type, frame.payload);
        return undefined;
      }
      const { exitCode, signal, ...rest } = parse(frame, "exit", exitSchema);
      return result({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, ...rest });
    },
    expired: () => result({ exitCode: undefined, signal: "SIGKILL", timedOut: true, truncated: false }),
  };
}

/** Writes files below an absolute directory inside. */
export function copyIn(directory: string, files: Files): Operation<true> {
  const checked = checkedFiles(files);
  return {
    begin: async (send, stream) => {
      await send("write", stream, { directory } satisfies WriteMessage);
      for (const [path, { content, executable }] of checked) {
        const file: FileMessage = {
          path: Buffer.from(path).toString("base64"),
          executable,
          size: content.length,
        };
        await send("file", stream, file);
        for (const piece of pieces(content)) await send("data", stream, piece);
      }
      await send("end", stream);
    },
    receive: (frame) => {
      checkDone(frame, `writing ${checked.size} files to ${directory}`);
      return true;
    },
  };
}

/** Reads the regular files below an absolute directory inside. What the relay has checked is checked here again. */
export function copyOut(directory: string, { maxFiles, maxBytes }: CopyOutLimits): Operation<Files> {
  const files = new Map<string, FileEntry>();
  let open: { readonly content: Buffer; offset: number } | undefined;
  let bytes = 0;
  let refused: SandboxError | undefined;
  return {
    begin: (send, stream) => send("read", stream, { directory, maxFiles, maxBytes } satisfies ReadMessage),
    receive: (frame) => {
      if (frame.type === "data") {
        if (open === undefined || open.content.length - open.offset < frame.payload.length) {
          throw new ProtocolError("data beyond the size of its file");
        }
        open.content.set(frame.payload, open.offset);
        open.offset += frame.payload.length;
        return undefined;
      }
      if (open !== undefined && open.offset < open.content.length) {
        throw new ProtocolError("fewer bytes than the size of their file");
      }
      if (frame.type === "file") {
        const { path: raw, executable, size } = parse(frame, "file", fileSchema);
        bytes += size;
        if (bytes > maxBytes || files.size >= maxFiles)
          throw new ProtocolError("more than the caps of copying out");
        open = { content: Buffer.alloc(size), offset: 0 };
        try {
          const path = pathFromBytes(Buffer.from(raw, "base64"));
          if (files.has(path)) throw new SandboxError("refused", `${path} comes twice`);
          files.set(path, { content: open.content, executable });
        } catch (error) {
          refused ??= error as SandboxError;
        }
        return undefined;
      }
      checkDone(frame, `reading ${directory}`);
      if (refused !== undefined) throw refused;
      return checkedFiles(files);
    },
  };
}

const exitSchema = z.strictObject({
  exitCode: z.int().nullable(),
  signal: z.string().max(20).nullable(),
  timedOut: z.boolean(),
  truncated: z.boolean(),
});
const fileSchema = z.strictObject({ path: z.base64(), executable: z.boolean(), size: z.int().min(0) });
const doneSchema = z.strictObject({ refused: z.string().nullable() });

function checkDone(frame: Frame, what: string): void {
  const { refused } = parse(frame, "done", doneSchema);
  if (refused !== null) throw new SandboxError("refused", `${what}: ${refused}`);
}

function parse<T>(frame: Frame, type: Frame["type"], schema: z.ZodType<T>): T {
  if (frame.type !== type) throw new ProtocolError(`expected ${type}, got ${frame.type}`);
  try {
    return schema.parse(json(frame));
  } catch (error) {
    throw new ProtocolError(`unreadable ${type} frame`, { cause: error });
  }
}
