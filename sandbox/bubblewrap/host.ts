import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { type Limits, type PreparedImage, SandboxError } from "../contract.ts";
import { RELAY_TASKS } from "../relay-files.ts";
import { type Cgroups, findCgroups } from "./cgroups.ts";

const run = promisify(execFile);

/** What this host lets bubblewrap do. */
export type Host = {
  /** Put before `bwrap`: a root user's sandboxes don't run as the host's root. */
  readonly launcher: readonly string[];
  readonly cgroups: Cgroups | undefined;
  /** Put before the relay's command line: limits for each process, where there are no cgroups. */
  rlimits(limits: Limits): readonly string[];
  readonly description: string;
};

const UNPRIVILEGED = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
const PROBE = ["--unshare-all", "--unshare-user", "--disable-userns", "--ro-bind", "/", "/", "true"];

/** Tries bubblewrap out. Throws `SandboxError` `engine` saying what to do when it can't make sandboxes here. */
export async function checkHost(): Promise<Host> {
  const version = await run("bwrap", ["--version"]).then(
    ({ stdout }) => stdout.trim(),
    (error) => {
      throw new SandboxError(
        "engine",
        "bubblewrap is not installed; install it (apt-get install bubblewrap)",
        {
          cause: error,
        },
      );
    },
  );
  const launchers = process.getuid?.() === 0 ? [UNPRIVILEGED, []] : [[]];
  let launcher: readonly string[] | undefined;
  let reason: unknown;
  for (const candidate of launchers) {
    const [file = "", ...args] = [...candidate, "bwrap", ...PROBE];
    const works = await run(file, args).then(
      () => true,
      (error) => {
        reason ??= error;
        return false;
      },
    );
    if (works) {
      launcher = candidate;
      break;
    }
  }
  if (launcher === undefined) {
    const advice =
      "it needs version 0.8 and unprivileged user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)";
    const detail = (reason as Error).message.trim();
    throw new SandboxError("engine", `${version} can't make sandboxes here: ${advice}: ${detail}`, {
      cause: reason,
    });
  }
  const cgroups = await findCgroups();
  const limited = cgroups
    ? `limits by cgroup v${cgroups.version}`
    : "weak limits: no cgroups, so memory is limited for each process only and CPU time not at all";
  const weaker = process.getuid?.() === 0 && launcher.length === 0 ? ", as the host's root (weaker)" : "";
  return {
    launcher,
    cgroups,
    rlimits: (limits) => (cgroups ? [] : rlimits(limits)),
    description: `${version}, ${limited}${weaker}`,
  };
}

/** The base image here: this host's /usr. Throws `SandboxError` `image` when a program is missing. */
export async function hostImage(): Promise<PreparedImage> {
  for (const program of ["python3", "git", "bash"]) {
    if (existsSync(`/usr/bin/${program}`) || existsSync(`/usr/local/bin/${program}`)) continue;
    const advice = `sandboxes need ${program} below /usr; install it (apt-get install ${program})`;
    throw new SandboxError("image", advice);
  }
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const env = { PATH: "/usr/local/bin:/usr/bin" };
  const versions = await Promise.all(
    ["python3", "git"].map((program) => run(program, ["--version"], { env })),
  );
  const hash = createHash("sha256").update(JSON.stringify([release, versions.map(({ stdout }) => stdout)]));
  return { reference: "host", digest: hash.digest("hex") };
}

/** Node reserves this much for machine code at its start, and the kernel counts it as if it were used. */
const RESERVED_MB = 1024;

function rlimits({ memoryMb, pids, diskMb }: Limits): readonly string[] {
  const data = (memoryMb + RESERVED_MB) * 2 ** 20;
  return ["prlimit", `--nproc=${pids + RELAY_TASKS}`, `--data=${data}`, `--fsize=${diskMb * 2 ** 20}`];
}
