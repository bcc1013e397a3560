import { randomBytes } from "node:crypto";
import { chmod, cp, lstat, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Files, SandboxError } from "../contract.ts";
import { checkedFiles, filesDigest } from "../files.ts";
import { once } from "../once.ts";
import type { RelayFiles } from "../relay-files.ts";

/** Read-only content as directories of the host, each written once per content. */
export type Store = {
  /** The directory with the relay and Node. */
  runtime(relay: RelayFiles): Promise<string>;
  files(files: Files): Promise<string>;
  /** The directory with the generated files of /etc. */
  etc(): Promise<string>;
  /** Removes everything; returns how many directories that were. */
  clear(): Promise<number>;
};

/**
 * A store below `root`. A directory is written under a name of its own and renamed when it is complete, so a half
 * written one is never used, and of two processes with the same content the later uses the earlier's.
 */
export function createStore(root: string): Store {
  const known = once<string>();

  const provide = (name: string, write: (directory: string) => Promise<void>) =>
    known.run(name, async () => {
      const directory = join(root, name);
      await checkRoot(root);
      if (await exists(directory)) return directory;
      const unfinished = join(root, `unfinished-${randomBytes(8).toString("hex")}`);
      try {
        await mkdir(unfinished);
        await write(unfinished);
        await chmod(unfinished, 0o755);
        await rename(unfinished, directory);
      } catch (error) {
        await rm(unfinished, { recursive: true, force: true });
        // Someone else was faster.
        if (await exists(directory)) return directory;
        throw new SandboxError("engine", `can't write ${directory}: ${(error as Error).message}`, {
          cause: error,
        });
      }
      return directory;
    });

  return {
    runtime: (relay) =>
      provide(`runtime-${relay.digest}`, async (directory) => {
        const sources: Files = new Map(
          [...relay.sources].map(([name, source]) => [
            name,
            { content: Buffer.from(source), executable: false },
          ]),
        );
        await writeTree(join(directory, "relay"), sources);
        await mkdir(join(directory, "bin"));
        await chmod(join(directory, "bin"), 0o755);
        const node = join(directory, "bin", "node");
        await cp(relay.node, node);
        // May be executed but not read: that makes the relay's process opaque to everything else inside.
        await chmod(node, 0o111);
      }),
    files: (files) =>
      provide(`files-${filesDigest(files)}`, (directory) => writeTree(directory, checkedFiles(files))),
    etc: () => provide(`etc-${filesDigest(ETC).slice(0, 16)}`, (directory) => writeTree(directory, ETC)),
    clear: async () => {
      known.forget();
      const names = await readdir(root).catch(() => []);
      const owned = names.filter((name) => /^(files|runtime|etc|unfinished)-/.test(name));
      for (const name of owned) await rm(join(root, name), { recursive: true, force: true });
      return owned.length;
    },
  };
}

const ETC: Files = new Map(
  Object.entries({
    passwd: "root:x:0:0:root:/root:/bin/sh\nagent:x:1000:1000:agent:/home/agent:/bin/sh\n",
    group: "root:x:0:\nagent:x:1000:\n",
    hosts: "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
  }).map(([name, text]) => [name, { content: Buffer.from(text), executable: false }]),
);

/** The default is in a directory that everyone can write to: it must be ours, and nobody else may change it. */
async function checkRoot(root: string): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o755 });
  const found = await lstat(root);
  const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  if (ours) return;
  throw new SandboxError("engine", `${root} must be a directory that only this user can write to; remove it`);
}

/** Modes are set apart from writing, because the process's umask would take bits away. */
async function writeTree(directory: string, files: Files): Promise<void> {
  const made = new Set<string>();
  const makeDirectory = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    if (path !== directory) await makeDirectory(dirname(path));
    await mkdir(path, { recursive: true });
    await chmod(path, 0o755);
    made.add(path);
  };
  await makeDirectory(directory);
  for (const [path, { content, executable }] of files) {
    const file = join(directory, path);
    await makeDirectory(dirname(file));
    await writeFile(file, content, { flag: "wx" });
    await chmod(file, executable ? 0o755 : 0o644);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
