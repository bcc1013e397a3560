import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SimpleGit } from "simple-git";
import { ArchiveError } from "./database.ts";
import { gitIn, inScratch, twice } from "./git.ts";
import { REPOSITORY_CONFIG } from "./repository-config.ts";
import { syncDirectory, writeDurably } from "./write-durably.ts";

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
    /** Makes the repository, at once or not at all; one without agents may be there. Throws `ArchiveError` `damaged`. */
    async create(): Promise<void> {
      if (!existsSync(join(repository, "HEAD"))) await makeRepository(directory, repository);
      const refs = await git().raw("for-each-ref", "refs/agents/");
      if (refs === "") return;
      throw new ArchiveError(
        "damaged",
        `${repository} holds agents, but archive.db knows no campaign. Restore archive.db, or name a new directory.`,
      );
    },

    /** Stores files as a tree and returns its id; the same files give the same id. */
    writeTree: (files: AgentFiles) => twice(() => writeTree(repository, files)),

    /** Commits a tree under its parent agent's commit; the commit is reachable only once `setRef` named it. */
    async commit(tree: string, parent: string | undefined, message: string, at: string): Promise<string> {
      const dated = gitIn(repository, { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at });
      const parents = parent === undefined ? [] : ["-p", objectId(parent)];
      return inScratch(async (scratch) => {
        // In a file: as an argument, what a model wrote could be taken for an option or be too long.
        const file = join(scratch, "message");
        // Never empty: git would wait for a message on its standard input.
        writeFileSync(file, `${plainText(message)}\n`);
        return (await twice(() => dated.raw("commit-tree", objectId(tree), ...parents, "-F", file))).trim();
      });
    },

    async setRef(agent: number, commit: string): Promise<void> {
      await twice(() => git().raw("update-ref", `refs/agents/${agent}`, objectId(commit)));
    },

    /** Makes refs/agents/ say exactly what the archive says; a crash may have come between the two. */
    async repair(agents: readonly { readonly id: number; readonly commit: string }[]): Promise<void> {
      removeStaleLocks(repository);
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
      const listing = await twice(() => git().raw("ls-tree", "-r", "-z", "--full-tree", objectId(commit)));
      for (const line of listing.split("\0").filter(Boolean)) {
        const [, mode = "", blob = "", path = ""] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
        const content = (await twice(() => git().binaryCatFile(["blob", blob]))) as Buffer;
        files.set(path, { content, executable: mode === "100755" });
      }
      return files;
    },

    /** A unified diff between two commits, or only its summary; `color` for terminals. */
    async diff(
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
        objectId(from),
        objectId(to),
      );
    },
  };
}

async function setExisting(git: SimpleGit, agent: number, commit: string): Promise<void> {
  try {
    await git.raw("update-ref", `refs/agents/${agent}`, objectId(commit));
  } catch (error) {
    throw new ArchiveError(
      "damaged",
      `agents.git has no commit ${commit} of agent ${agent}. Restore a copy of the campaign.`,
      { cause: error },
    );
  }
}

async function makeRepository(directory: string, repository: string): Promise<void> {
  const part = `${repository}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  await gitIn(part).raw("init", "--quiet", "--bare", "--initial-branch=main", part);
  writeDurably(join(part, "config"), REPOSITORY_CONFIG);
  writeDurably(join(part, "HEAD"), "ref: refs/heads/main\n");
  renameSync(part, repository);
  syncDirectory(directory);
}

/** Only the campaign's one writer changes refs, so what locks them now was left by a git that was killed. */
function removeStaleLocks(repository: string): void {
  rmSync(join(repository, "packed-refs.lock"), { force: true });
  const refs = join(repository, "refs", "agents");
  if (!existsSync(refs)) return;
  for (const name of readdirSync(refs)) if (name.endsWith(".lock")) rmSync(join(refs, name));
}

/** Ids come from archive.db, which may be somebody else's: what is no id could be an option of git's. */
function objectId(id: string): string {
  if (/^[0-9a-f]{40,64}$/.test(id)) return id;
  throw new ArchiveError(
    "damaged",
    `The archive names ${JSON.stringify(id.slice(0, 100))} where the id of a git object is expected. Restore a copy of the ` +
      "campaign directory.",
  );
}

/** Without control characters but newline and tab, and without marks that reorder or hide text. */
function plainText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu, "");
}

function writeTree(repository: string, files: AgentFiles): Promise<string> {
  return inScratch(async (scratch) => {
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
  });
}
