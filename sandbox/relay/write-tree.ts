import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { DoneMessage, FileMessage, WriteMessage } from "./messages.ts";

/** Takes one `write` operation's frames; the first error is kept for `end`. */
export type TreeWriter = {
  file(message: FileMessage): void;
  data(bytes: Uint8Array): void;
  end(): DoneMessage;
};

/** Starts writing files below a directory, which is made when it is missing. Existing files are replaced. */
export function startWriting({ directory }: WriteMessage): TreeWriter {
  let open: number | undefined;
  let left = 0;
  let refused: string | null = null;
  const attempt = (action: () => void) => {
    if (refused !== null) return;
    try {
      action();
    } catch (error) {
      refused = (error as Error).message;
    }
  };
  const close = () => {
    if (open !== undefined) closeSync(open);
    open = undefined;
  };
  attempt(() => mkdirSync(directory, { recursive: true }));
  return {
    file: (message) =>
      attempt(() => {
        const path = `${directory}/${Buffer.from(message.path, "base64").toString()}`;
        mkdirSync(dirname(path), { recursive: true });
        // Removed first: opening a pipe or a link left by untrusted code could hang or write elsewhere.
        rmSync(path, { force: true, recursive: true });
        open = openSync(path, "wx", message.executable ? 0o755 : 0o644);
        left = message.size;
        if (left === 0) close();
      }),
    data: (bytes) =>
      attempt(() => {
        if (open === undefined) throw new Error("data without a file");
        for (let offset = 0; offset < bytes.length; ) offset += writeSync(open, bytes, offset);
        left -= bytes.length;
        if (left <= 0) close();
      }),
    end: () => {
      close();
      return { refused };
    },
  };
}
