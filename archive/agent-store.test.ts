import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AgentFiles, openAgentStore } from "./agent-store.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "evolver-store-test-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const files = (entries: Record<string, string>): AgentFiles =>
  new Map(
    Object.entries(entries).map(([path, text]) => [
      path,
      { content: Buffer.from(text), executable: path.endsWith(".sh") },
    ]),
  );

test("files come back as they went in: bytes, modes, odd names, attributes ignored", async () => {
  const store = openAgentStore(directory);
  await store.create();
  const input = new Map(
    files({
      "main.ts": "a\r\nb\n",
      "run.sh": "#!/bin/sh\n",
      "ein name.ü": "x",
      ".gitattributes": "* text eol=lf\n* export-ignore\n",
    }),
  );
  input.set("bin/blob", { content: Buffer.from([0, 255, 13, 10]), executable: false });
  const tree = await store.writeTree(input);
  const commit = await store.commit(tree, undefined, "root", "2026-01-01T00:00:00Z");
  const output = await store.files(commit);
  expect([...output.keys()].sort()).toEqual([...input.keys()].sort());
  for (const [path, entry] of input) {
    expect(Buffer.from(output.get(path)!.content)).toEqual(Buffer.from(entry.content));
    expect(output.get(path)!.executable).toBe(entry.executable);
  }
});

test("the same files are the same tree, and history follows the agents", async () => {
  const store = openAgentStore(directory);
  await store.create();
  const first = await store.writeTree(files({ "main.ts": "1" }));
  expect(await store.writeTree(files({ "main.ts": "1" }))).toBe(first);
  const root = await store.commit(first, undefined, "root", "2026-01-01T00:00:00Z");
  const child = await store.commit(
    await store.writeTree(files({ "main.ts": "2" })),
    root,
    "child",
    "2026-01-01T00:00:01Z",
  );
  expect(await store.diff(root, child)).toContain("+2");
});

test("repair makes refs agree with the archive after a crash between commit and ref", async () => {
  const store = openAgentStore(directory);
  await store.create();
  const commit = await store.commit(
    await store.writeTree(files({ a: "1" })),
    undefined,
    "root",
    "2026-01-01T00:00:00Z",
  );
  const stray = await store.commit(
    await store.writeTree(files({ a: "2" })),
    commit,
    "stray",
    "2026-01-01T00:00:00Z",
  );
  await store.setRef(5, stray);
  await store.repair([{ id: 0, commit }]);
  expect([...(await store.files("refs/agents/0")).keys()]).toEqual(["a"]);
  await expect(store.files("refs/agents/5")).rejects.toThrow();
  await expect(store.repair([{ id: 1, commit: "0123456789012345678901234567890123456789" }])).rejects.toThrow(
    "agents.git has no commit",
  );
});
