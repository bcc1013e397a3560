import { spawn } from "node:child_process";
import type { Connection } from "../connection.ts";
import { SandboxError } from "../contract.ts";
import type { Cgroup } from "./cgroups.ts";

/** Last bytes of standard error (bwrap's, then the relay's) that are kept to explain the end. */
const ERROR_BYTES = 2000;

/** Enters the cgroups whose `cgroup.procs` come before `--`, then becomes the command: nothing runs outside them. */
const ENTER =
  'ulimit -c 0; while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"';

/** Starts bwrap with its relay. When bwrap dies, or this process does, the kernel kills everything inside. */
export function startProcess(id: string, argv: readonly string[], cgroup: Cgroup | undefined): Connection {
  const enter = ["-c", ENTER, "sh", ...(cgroup?.entrances ?? []), "--", ...argv];
  const child = spawn("/bin/sh", enter, {
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe"],
    // A terminal's Ctrl-C goes to its whole process group; runs are to come to their end.
    detached: true,
  });
  let lastWords = "";
  child.stderr.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-ERROR_BYTES);
  });
  const gone = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    // Not `exit`: bwrap goes before what it started, and only the relay holds the other end of stdout.
    child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  let killed: Promise<void> | undefined;
  const kill = async () => {
    child.kill("SIGKILL");
    await gone;
    await cgroup?.remove();
  };
  return {
    id,
    incoming: child.stdout,
    outgoing: child.stdin,
    kill: () => {
      killed ??= kill();
      return killed;
    },
    explainEnd: async () => {
      const how = await gone;
      if (await cgroup?.outOfMemory()) return new SandboxError("ended", `sandbox ${id} ended: out of memory`);
      // Nothing inside can make the relay leave in peace: its line to the host was cut.
      const code = how === "exit code 0" ? "engine" : "ended";
      return new SandboxError(code, `sandbox ${id} ended: ${how} ${lastWords}`.trim());
    },
  };
}
