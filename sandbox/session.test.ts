import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Connection } from "./connection.ts";
import { SandboxError } from "./contract.ts";
import { framesOf, sender } from "./relay/channel.ts";
import type { Frame } from "./relay/frames.ts";
import { openSession } from "./session.ts";

/** A relay that says whatever a test wants: what the host does when the real one has been taken over. */
function relay(answer: (frame: Frame, send: ReturnType<typeof sender>, raw: PassThrough) => unknown) {
  const incoming = new PassThrough();
  const outgoing = new PassThrough();
  const send = sender(incoming);
  let kills = 0;
  const connection: Connection = {
    id: "s1",
    incoming,
    outgoing,
    kill: async () => {
      kills++;
      incoming.end();
    },
    explainEnd: async () => new SandboxError("ended", "the relay died"),
  };
  void send("ready", 0);
  void (async () => {
    for await (const frame of framesOf(outgoing)) await answer(frame, send, incoming);
  })();
  const open = (signal?: AbortSignal) =>
    openSession(connection, {
      workspace: "/workspace",
      files: undefined,
      model: async () => new Response("hi"),
      signal,
    });
  return { open, kills: () => kills };
}

const COMMAND = { argv: ["true"], timeoutMs: 1000, outputBytes: 10 };
const exit = { exitCode: 0, signal: null, timedOut: false, truncated: false };
const file = (path: string, size: number) => ({
  path: Buffer.from(path).toString("base64"),
  executable: false,
  size,
});

test.each<[string, Parameters<typeof relay>[0]]>([
  ["garbage", (_frame, _send, raw) => raw.write(Buffer.alloc(50, 0xff))],
  ["output above the cap", (frame, send) => send("stdout", frame.stream, Buffer.alloc(11))],
  ["a frame of another operation", (frame, send) => send("exit", frame.stream + 2, exit)],
  ["a frame of the wrong kind", (frame, send) => send("done", frame.stream, { refused: null })],
  ["JSON of the wrong shape", (frame, send) => send("exit", frame.stream, { ...exit, exitCode: "0" })],
  ["no JSON", (frame, send) => send("exit", frame.stream, Buffer.from("{"))],
  ["a broken HTTP request", (_frame, send) => send("request", 2, { method: "GET" })],
  [
    "data of an endless request",
    async (_frame, send) => {
      await send("request", 2, { method: "POST", path: "/", headers: [] });
      for (let index = 0; index < 129; index++) await send("data", 2, Buffer.alloc(256 * 1024));
    },
  ],
])("%s from the relay ends the sandbox", async (_what, answer) => {
  const { open, kills } = relay(answer);
  const sandbox = await open();
  await expect(sandbox.run(COMMAND)).rejects.toMatchObject({ name: "SandboxError", code: "ended" });
  expect(kills()).toBe(1);
  await expect(sandbox.run(COMMAND)).rejects.toMatchObject({ code: "ended" });
});

test.each<[string, Parameters<typeof relay>[0], string]>([
  [
    "more files than asked for",
    async (frame, send) => {
      for (const name of ["a", "b", "c"]) await send("file", frame.stream, file(name, 0));
    },
    "ended",
  ],
  ["more bytes than asked for", (frame, send) => send("file", frame.stream, file("a", 101)), "ended"],
  [
    "more bytes than announced",
    async (frame, send) => {
      await send("file", frame.stream, file("a", 1));
      await send("data", frame.stream, Buffer.alloc(2));
    },
    "ended",
  ],
  [
    "fewer bytes than announced",
    async (frame, send) => {
      await send("file", frame.stream, file("a", 2));
      await send("data", frame.stream, Buffer.alloc(1));
      await send("done", frame.stream, { refused: null });
    },
    "ended",
  ],
  [
    "a path that leads out",
    async (frame, send) => {
      await send("file", frame.stream, file("../a", 0));
      await send("done", frame.stream, { refused: null });
    },
    "refused",
  ],
  [
    "the same path twice",
    async (frame, send) => {
      await send("file", frame.stream, file("a", 0));
      await send("file", frame.stream, file("a", 0));
      await send("done", frame.stream, { refused: null });
    },
    "refused",
  ],
  [
    "a file that is a directory, too",
    async (frame, send) => {
      await send("file", frame.stream, file("a/b", 0));
      await send("file", frame.stream, file("a", 0));
      await send("done", frame.stream, { refused: null });
    },
    "refused",
  ],
])("copying out gives %s: %s", async (_what, answer, code) => {
  const sandbox = await relay(answer).open();
  await expect(sandbox.copyOut("/workspace", { maxFiles: 2, maxBytes: 100 })).rejects.toMatchObject({ code });
});

test("a relay that dies is explained by the engine", async () => {
  const sandbox = await relay((_frame, _send, raw) => raw.end()).open();
  await expect(sandbox.run(COMMAND)).rejects.toThrow("the relay died");
});

test("two calls at once are the caller's mistake", async () => {
  const sandbox = await relay((frame, send) => send("exit", frame.stream, exit)).open();
  const first = sandbox.run(COMMAND);
  await expect(sandbox.run(COMMAND)).rejects.toThrow("before the last call ended");
  expect(await first).toMatchObject({ exitCode: 0 });
});

test("a signal that has fired already starts nothing", async () => {
  const { open, kills } = relay(() => {});
  await expect(open(AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
  expect(kills()).toBeGreaterThan(0);
});
