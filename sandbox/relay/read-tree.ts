import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import type { Send } from "./channel.ts";
import { MAX_PAYLOAD } from "./frames.ts";
import type { DoneMessage, ReadMessage } from "./messages.ts";

/** Sends the regular files below a directory; anything else in it, or more than the caps, ends with `refused`. */
export async function sendTree(message: ReadMessage, stream: number, send: Send): Promise<void> {
  let refused: string | null = null;
  try {
    await walk(message, stream, send);
  } catch (error) {
    refused = (error as Error).message;
  }
  await send("done", stream, { refused } satisfies DoneMessage);
}

async function walk(message: ReadMessage, stream: number, send: Send): Promise<void> {
  const root = Buffer.from(message.directory);
  const directories: Buffer[] = [Buffer.alloc(0)];
  let bytes = 0;
  let files = 0;
  let seen = 0;
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    for (const name of readdirSync(join(root, directory), { encoding: "buffer" })) {
      const path = join(directory, name);
      const found = lstatSync(join(root, path));
      if (++seen > 2 * message.maxFiles) throw new Error(`more than ${2 * message.maxFiles} entries`);
      if (found.isDirectory()) {
        directories.push(path);
        continue;
      }
      if (!found.isFile()) throw new Error(`${JSON.stringify(path.toString())} is not a regular file`);
      if (++files > message.maxFiles) throw new Error(`more than ${message.maxFiles} files`);
      // Not followed and not waited for, should it have become a link or a pipe since.
      const file = openSync(
        join(root, path),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      try {
        const { size, mode } = fstatSync(file);
        bytes += size;
        if (bytes > message.maxBytes) throw new Error(`more than ${message.maxBytes} bytes`);
        await send("file", stream, { path: path.toString("base64"), executable: (mode & 0o100) !== 0, size });
        for (let offset = 0; offset < size; ) {
          const buffer = Buffer.alloc(Math.min(MAX_PAYLOAD, size - offset));
          const read = readSync(file, buffer, 0, buffer.length, offset);
          if (read === 0) throw new Error(`${JSON.stringify(path.toString())} shrank while it was read`);
          await send("data", stream, buffer.subarray(0, read));
          offset += read;
        }
      } finally {
        closeSync(file);
      }
    }
  }
}

function join(directory: Buffer, name: Buffer): Buffer {
  return directory.length === 0 ? name : Buffer.concat([directory, Buffer.from("/"), name]);
}
