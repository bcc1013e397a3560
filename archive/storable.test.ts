import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openAgentStore } from "./agent-store.ts";
import { unstorablePath } from "./storable.ts";

test.each([".git/HEAD", "lib/.GIT", ".git. .", "git~1", "git~1:x", "a\\.git", ".g\u200cit/config", "../x"])(
  "%j is found to be unstorable",
  (path) => expect(unstorablePath(["main.ts", path])).toBe(path),
);

test("what is not found to be unstorable, git stores", async () => {
  const directory = mkdtempSync(join(tmpdir(), "evolver-storable-test-"));
  try {
    const store = openAgentStore(directory);
    await store.create();
    const paths = [
      ".gitignore",
      ".gitmodules",
      "x.git/a",
      "git~2",
      ".git x",
      "a:.git",
      "…",
      "ein name.ü",
      "--x",
    ];
    expect(unstorablePath(paths)).toBeUndefined();
    const tree = await store.writeTree(
      new Map(paths.map((path) => [path, { content: Buffer.from(path), executable: false }])),
    );
    expect(tree).toMatch(/^[0-9a-f]{40}$/);
    await expect(
      store.writeTree(new Map([[".git/HEAD", { content: Buffer.from("x"), executable: false }]])),
    ).rejects.toThrow("Invalid path");
  } finally {
    rmSync(directory, { recursive: true });
  }
});
