import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SimpleGit, simpleGit } from "simple-git";
import { ArchiveError } from "./database.ts";

/** An agent's code: regular files by normalised relative path. */
export type AgentFiles = ReadonlyMap<string, { readonly content: Uint8Array; readonly executable: boolean }>;

export type AgentStore = ReturnType<typeof openAgentStore>;

/**
 * The bare repository `agents.git` of a campaign. Agents' files go in and out as objects: there is never a work tree, so
 * nothing an agent wrote (attributes, hooks, filters, odd names) is ever interpreted by git on the host.
 */
export function openAgentStore(directory: string) {
  const repository = join(directory, "agents.git");
  let opened: SimpleGit | undefined;
  const git = () => {
    opened ??= gitIn(repository);
    return opened;
  };
  return {
    /** Makes the repository when it is not there yet. */
    async create(): Promise<void> {
      if (statSync(join(repository, "HEAD"), { throwIfNoEntry: false })) return;
      mkdirSync(repository, { recursive: true });
      await git().raw("init", "--quiet", "--bare", "--initial-branch=main", repository);
      for (const [key, value] of Object.entries({
        "gc.auto": "0",
        "core.fsync": "all",
        "core.logAllRefUpdates": "false",
      })) {
        await git().raw("config", key, value);
      }
    },

    /** Stores files as a tree and returns its id; the same files give the same id. */
    writeTree: (files: AgentFiles) => twice(() => writeTree(repository, files)),

    /** Commits a tree under its parent agent's commit; the commit is reachable only once `setRef` named it. */
    async commit(tree: string, parent: string | undefined, message: string, at: string): Promise<string> {
      const dated = gitIn(repository, { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at });
      const parents = parent === undefined ? [] : ["-p", parent];
      return (await twice(() => dated.raw("commit-tree", tree, ...parents, "-m", message))).trim();
    },

    async setRef(agent: number, commit: string): Promise<void> {
      await twice(() => git().raw("update-ref", `refs/agents/${agent}`, commit));
    },

    /** Makes refs/agents/ say exactly what the archive says; a crash may have come between the two. */
    async repair(agents: readonly { readonly id: number; readonly commit: string }[]): Promise<void> {
      const output = await git().raw("for-each-ref", "--format=%(refname) %(objectname)", "refs/agents/");
      const refs = new Map(
        output
          .split("\n")
          .filter(Boolean)
          .map((line) => line.split(" ") as [string, string]),
      );
      for (const { id, commit } of agents) {
        const name = `refs/agents/${id}`;
        if (refs.get(name) !== commit) await setExisting(git(), id, commit);
        refs.delete(name);
      }
      for (const name of refs.keys()) await git().raw("update-ref", "-d", name);
    },

    /** The files of a commit or tree. */
    async files(commit: string): Promise<AgentFiles> {
      const files = new Map<string, { content: Uint8Array; executable: boolean }>();
      const listing = await twice(() => git().raw("ls-tree", "-r", "-z", "--full-tree", commit));
      for (const line of listing.split("\0").filter(Boolean)) {
        const [, mode = "", blob = "", path = ""] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
        const content = (await twice(() => git().binaryCatFile(["blob", blob]))) as Buffer;
        files.set(path, { content, executable: mode === "100755" });
      }
      return files;
    },

    /** A unified diff between two commits, or only its summary; `color` for terminals. */
    diff(
      from: string,
      to: string,
      options: { readonly stat?: boolean; readonly color?: boolean } = {},
    ): Promise<string> {
      const color = options.color ? "--color=always" : "--color=never";
      return git().raw(
        "diff",
        "--no-ext-diff",
        "--no-textconv",
        color,
        ...(options.stat ? ["--stat"] : []),
        from,
        to,
      );
    },
  };
}

/**
 * Tries again once: a terminal's Ctrl-C reaches git too, in the middle of what is to come to its end. All that is done
 * with it here can be done twice.
 */
async function twice<T>(command: () => PromiseLike<T>): Promise<T> {
  try {
    return await command();
  } catch {
    return await command();
  }
}

async function setExisting(git: SimpleGit, agent: number, commit: string): Promise<void> {
  try {
    await git.raw("update-ref", `refs/agents/${agent}`, commit);
  } catch (error) {
    throw new ArchiveError(
      "damaged",
      `agents.git has no commit ${commit} of agent ${agent}. Restore a copy of the campaign.`,
      {
        cause: error,
      },
    );
  }
}

async function writeTree(repository: string, files: AgentFiles): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "evolver-tree-"));
  try {
    const entries = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
    // Our own names on disk: git never sees the agent's names as paths of the host.
    const blobs = entries.map(([, { content }], index) => {
      const path = join(scratch, String(index));
      writeFileSync(path, content);
      return path;
    });
    const git = gitIn(repository, { GIT_INDEX_FILE: join(scratch, "index") });
    const ids =
      blobs.length === 0
        ? []
        : (await git.raw("hash-object", "-w", "--no-filters", "--", ...blobs)).trim().split("\n");
    const index = entries.flatMap(([path, { executable }], position) => [
      "--cacheinfo",
      `${executable ? "100755" : "100644"},${ids[position]},${path}`,
    ]);
    await git.raw("read-tree", "--empty");
    if (index.length > 0) await git.raw("update-index", "--add", ...index);
    return (await git.raw("write-tree")).trim();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Git that sees no configuration and no environment but its own. */
function gitIn(repository: string, extra: Readonly<Record<string, string>> = {}): SimpleGit {
  const environment = {
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
    GIT_DIR: repository,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "evolver",
    GIT_AUTHOR_EMAIL: "evolver@localhost",
    GIT_COMMITTER_NAME: "evolver",
    GIT_COMMITTER_EMAIL: "evolver@localhost",
    ...extra,
  };
  return simpleGit({
    baseDir: repository,
    unsafe: { allowUnsafeConfigPaths: true },
    allowEnvironment: Object.keys(environment),
  }).env(environment);
}
