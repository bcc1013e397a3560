/**
 * The relay: process 1 of every sandbox. It runs what the host asks for and carries HTTP requests to the host, all over
 * its own stdin and stdout. Runs inside, under the same user as the code it starts, hence: it is process 1, which
 * nothing inside can signal, and its Node binary can be executed but not read, which closes /proc/1 (memory, file
 * descriptors) and ptrace to every other process. See docs/security.md.
 */
import { readdirSync } from "node:fs";
import { Socket } from "node:net";
import { framesOf, json, sender } from "./channel.ts";
import { execute } from "./execute.ts";
import type { ExecMessage, FileMessage, ReadMessage, RelayConfiguration, WriteMessage } from "./messages.ts";
import { startProxy } from "./proxy.ts";
import { sendTree } from "./read-tree.ts";
import { startWriting, type TreeWriter } from "./write-tree.ts";

// Ends of commands kill everything but process 1; on a machine of its own that would be everything.
if (process.pid !== 1) throw new Error(`the relay must be process 1 of a sandbox, got ${process.pid}`);

const configuration = JSON.parse(process.argv[2] ?? "{}") as RelayConfiguration;
for (const [path, expected] of Object.entries(configuration.mounts)) {
  const found = readdirSync(path).length;
  if (found !== expected) throw new Error(`${path}: ${expected} entries expected, found ${found}`);
}

// Sockets, not process.stdout: that one blocks the whole relay when the host is slow.
const input = new Socket({ fd: 0, readable: true, writable: false });
const output = new Socket({ fd: 1, readable: false, writable: true });
output.on("error", () => process.exit(0));
const send = sender(output);
const proxy = configuration.model ? await startProxy(send) : undefined;
const writers = new Map<number, TreeWriter>();

void send("ready", 0);
for await (const frame of framesOf(input)) {
  switch (frame.type) {
    case "exec":
      void execute(json(frame) as ExecMessage, frame.stream, send);
      break;
    case "read":
      void sendTree(json(frame) as ReadMessage, frame.stream, send);
      break;
    case "write":
      writers.set(frame.stream, startWriting(json(frame) as WriteMessage));
      break;
    case "file":
      writers.get(frame.stream)?.file(json(frame) as FileMessage);
      break;
    case "data": {
      const writer = writers.get(frame.stream);
      if (writer === undefined) proxy?.receive(frame);
      else writer.data(frame.payload);
      break;
    }
    case "end": {
      const writer = writers.get(frame.stream);
      if (writer === undefined) proxy?.receive(frame);
      else void send("done", frame.stream, writer.end());
      writers.delete(frame.stream);
      break;
    }
    case "response":
    case "abort":
      proxy?.receive(frame);
      break;
    default:
      throw new Error(`${frame.type} frames go the other way`);
  }
}
// The host has closed the stream or is gone; with process 1 the whole sandbox ends.
process.exit(0);
