import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AgentFiles, openAgentStore } from "./agent-store.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "evolver-store-test-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const git = (...argv: string[]) =>
  execFileSync("git", ["-C", join(directory, "agents.git"), ...argv], { encoding: "utf8" });
const AT = "2026-01-01T00:00:00Z";

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
  expect(git("for-each-ref", "--format=%(refname) %(objectname)")).toBe(`refs/agents/0 ${commit}\n`);
  await expect(store.repair([{ id: 1, commit: "0123456789012345678901234567890123456789" }])).rejects.toThrow(
    "agents.git has no commit",
  );
});

test.each([
  ["--template=/etc/passwd", "--template=/etc/passwd"],
  ["--upload-pack=x\n\n-m y", "--upload-pack=x\n\n-m y"],
  ["a\0b\x1b[2Jc\td\r\n\u202ee\ud800", "ab[2Jc\td\ne\ufffd"],
  ["long ".repeat(60_000).trim(), "long ".repeat(60_000).trim()],
  ["", ""],
])("a message is text, whatever a model wrote: %.40j", async (message, stored) => {
  const store = openAgentStore(directory);
  await store.create();
  const commit = await store.commit(await store.writeTree(files({ a: "1" })), undefined, message, AT);
  expect(git("cat-file", "commit", commit).split("\n\n").slice(1).join("\n\n")).toBe(`${stored}\n`);
});

test("what is no object id never reaches git", async () => {
  const store = openAgentStore(directory);
  await store.create();
  const tree = await store.writeTree(files({ a: "1" }));
  const commit = await store.commit(tree, undefined, "root", AT);
  const target = join(directory, "written");
  const damaged = expect.objectContaining({ name: "ArchiveError", code: "damaged" });
  await expect(store.diff(`--output=${target}`, commit)).rejects.toThrow(damaged);
  await expect(store.files(`--format=${target}`)).rejects.toThrow(damaged);
  await expect(store.repair([{ id: 0, commit: "--stdin" }])).rejects.toThrow(damaged);
  await expect(store.setRef(0, "-d")).rejects.toThrow(damaged);
  await expect(store.commit(tree, "--help", "child", AT)).rejects.toThrow(damaged);
  expect(existsSync(target)).toBe(false);
});

test("hooks that came with a repository are not run", async () => {
  const store = openAgentStore(directory);
  await store.create();
  const commit = await store.commit(await store.writeTree(files({ a: "1" })), undefined, "root", AT);
  const hooks = join(directory, "agents.git", "hooks");
  mkdirSync(hooks, { recursive: true });
  const run = join(directory, "ran");
  writeFileSync(join(hooks, "reference-transaction"), `#!/bin/sh\ntouch ${run}\n`, { mode: 0o755 });
  await store.setRef(0, commit);
  expect(existsSync(run)).toBe(false);
  git("update-ref", "refs/agents/1", commit);
  expect(existsSync(run)).toBe(true);
});

test.each([
  "[core]\n\tfsmonitor = touch ran",
  "[core] fsmonitor = touch ran",
  "[include]\n\tpath = /dev/zero",
  '[remote "origin"]\n\turl = ext::touch% ran',
  "[extensions]\n\tpartialClone = origin",
  "[gc]\n\tauto = 0 ; \\",
])("a repository configured by somebody else is not opened: %j", async (setting) => {
  const store = openAgentStore(directory);
  await store.create();
  const commit = await store.commit(await store.writeTree(files({ a: "1" })), undefined, "root", AT);
  appendFileSync(join(directory, "agents.git", "config"), `${setting}\n`);
  const other = openAgentStore(directory);
  await expect(Promise.resolve().then(() => other.files(commit))).rejects.toThrow(/evolver does not write/);
});

test("a repository from `git init` and one that moved its settings elsewhere", async () => {
  execFileSync("git", ["init", "--quiet", "--bare", join(directory, "agents.git")]);
  const store = openAgentStore(directory);
  await store.create();
  const tree = await store.writeTree(files({ a: "1" }));
  writeFileSync(join(directory, "agents.git", "commondir"), "/tmp");
  await expect(Promise.resolve().then(() => openAgentStore(directory).files(tree))).rejects.toThrow(
    "commondir",
  );
});

test("a repository cut off while it was made is made anew; one with agents is not begun over", async () => {
  const store = openAgentStore(directory);
  mkdirSync(join(directory, "agents.git.part"));
  writeFileSync(join(directory, "agents.git.part", "HEAD"), "");
  await store.create();
  await store.create();
  const commit = await store.commit(await store.writeTree(files({ a: "1" })), undefined, "root", AT);
  await store.setRef(0, commit);
  await expect(openAgentStore(directory).create()).rejects.toThrow("archive.db knows no campaign");
});

test("repair gets past the locks of a git that was killed", async () => {
  const store = openAgentStore(directory);
  await store.create();
  const commit = await store.commit(await store.writeTree(files({ a: "1" })), undefined, "root", AT);
  await store.setRef(1, commit);
  for (const name of ["refs/agents/0.lock", "packed-refs.lock"])
    writeFileSync(join(directory, "agents.git", name), "");
  await store.repair([{ id: 0, commit }]);
  expect(git("for-each-ref", "--format=%(refname)")).toBe("refs/agents/0\n");
});
