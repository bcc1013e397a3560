import { lstatSync, readlinkSync } from "node:fs";
import { INSIDE, type SandboxOptions } from "../contract.ts";
import { topEntries } from "../files.ts";
import { projectDirectory } from "../project-file.ts";
import type { RelayConfiguration } from "../relay/messages.ts";

export type Surroundings = {
  /** Directories of the host to bind read-only, by path inside. */
  readonly bound: ReadonlyMap<string, string>;
  /** The host directory with the few generated files of /etc. */
  readonly etc: string;
  /** Directories of the host that must not be seen. */
  readonly hide: readonly string[];
  /** Put before the relay's command line inside. */
  readonly prefix: readonly string[];
};

/** The command line of bwrap without its name: what a sandbox sees and may do is all here. */
export function bubblewrapArguments(
  { limits, workspace, mounts, model }: SandboxOptions,
  main: string,
  { bound, etc, hide, prefix }: Surroundings,
): readonly string[] {
  const configuration: RelayConfiguration = {
    model: model !== undefined,
    mounts: Object.fromEntries(mounts.map(({ path, files }) => [path, topEntries(files)])),
  };
  const size = String(limits.diskMb * 2 ** 20);
  const tmpfs = (path: string, mode: string) => ["--perms", mode, "--size", size, "--tmpfs", path];
  const hidden = [...hide, projectDirectory()].filter((path) => path.startsWith("/usr/"));
  return [
    // Also its own network (loopback only), process table, users, mounts, IPC and host name.
    ...[
      "--unshare-all",
      "--unshare-user",
      "--disable-userns",
      "--die-with-parent",
      "--new-session",
      "--as-pid-1",
    ],
    ...["--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox"],
    ...["--ro-bind", "/usr", "/usr"],
    ...hidden.flatMap((path) => ["--size", "4096", "--tmpfs", path, "--remount-ro", path]),
    ...["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap(topLevel),
    ...["passwd", "group", "hosts", "nsswitch.conf"].flatMap((name) => [
      "--ro-bind",
      `${etc}/${name}`,
      `/etc/${name}`,
    ]),
    ...["ld.so.cache", "alternatives"].flatMap((name) => ["--ro-bind-try", `/etc/${name}`, `/etc/${name}`]),
    ...["--proc", "/proc", "--dev", "/dev", ...tmpfs("/dev/shm", "1777"), "--remount-ro", "/dev"],
    ...tmpfs("/tmp", "1777"),
    ...[INSIDE.state, INSIDE.logs, "/home/agent", workspace].flatMap((path) => tmpfs(path, "0755")),
    ...[...bound].flatMap(([path, directory]) => ["--ro-bind", directory, path]),
    ...["--remount-ro", "/", "--chdir", "/", "--clearenv"],
    ...["--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    ...["--setenv", "HOME", "/home/agent", "--setenv", "LANG", "C.UTF-8", "--setenv", "TMPDIR", "/tmp"],
    ...["--", ...prefix, `${INSIDE.runtime}/bin/node`, main, JSON.stringify(configuration)],
  ];
}

/** As on the host: a link into /usr, or a directory of its own on hosts whose /usr is not merged. */
function topLevel(path: string): readonly string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}
