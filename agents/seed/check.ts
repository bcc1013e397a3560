import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TOOLS } from "./tools.ts";

/** Uses every tool once on an empty directory; throws when one does not do its work. All code is loaded by then. */
export async function check(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), "check-"));
  const use = async (name: string, input: Record<string, string>, expected: string) => {
    const tool = TOOLS.find((candidate) => candidate.name === name);
    const result = await tool?.run(input, { workspace, deadline: Date.now() + 5_000 });
    if (!result?.includes(expected)) throw new Error(`${name}: expected ${expected}, got ${result}`);
  };
  try {
    await use("edit", { action: "create", path: "a/b.txt", content: "one two" }, "Wrote 7 characters");
    await use("edit", { action: "replace", path: "a/b.txt", old: "one", new: "three" }, "Replaced");
    await use("bash", { command: "cat a/b.txt" }, "three two\n[exit code 0]");
  } finally {
    rmSync(workspace, { recursive: true });
  }
}
