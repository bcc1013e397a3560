import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { SandboxError } from "../contract.ts";
import { projectFile } from "../project-file.ts";

/** Runs `scripts/offline-base.sh`, which makes the base image from Debian packages. Throws `SandboxError` `image`. */
export async function buildOfflineBase(tag: string, progress: (line: string) => void): Promise<void> {
  const child = spawn("/bin/sh", [projectFile("scripts/offline-base.sh"), tag], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on("line", (line) => {
      lines.push(line);
      progress(line);
    });
  }
  const [code] = await once(child, "close");
  if (code === 0) return;
  throw new SandboxError("image", `the base image can't be made: ${lines.slice(-20).join("\n")}`);
}
