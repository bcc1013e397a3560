import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SimpleGit, simpleGit } from "simple-git";
import { requireOwnConfig } from "./repository-config.ts";

/**
 * Git that sees no configuration and no environment but its own, runs no hooks and shows every object as it is. Throws
 * `ArchiveError` `damaged` for a repository with settings that are not evolver's.
 */
export function gitIn(repository: string, extra: Readonly<Record<string, string>> = {}): SimpleGit {
  requireOwnConfig(repository);
  const environment = {
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
    GIT_DIR: repository,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_DEFAULT_HASH: "sha1",
    GIT_DEFAULT_REF_FORMAT: "files",
    GIT_AUTHOR_NAME: "evolver",
    GIT_AUTHOR_EMAIL: "evolver@localhost",
    GIT_COMMITTER_NAME: "evolver",
    GIT_COMMITTER_EMAIL: "evolver@localhost",
    ...extra,
  };
  return simpleGit({
    baseDir: repository,
    config: ["core.hooksPath=/dev/null"],
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeHooksPath: true },
    allowEnvironment: Object.keys(environment),
  }).env(environment);
}

/**
 * Tries again once: a terminal's Ctrl-C reaches git too, in the middle of what is to come to its end. All that is done
 * with it here can be done twice.
 */
export async function twice<T>(command: () => PromiseLike<T>): Promise<T> {
  try {
    return await command();
  } catch {
    return await command();
  }
}

/** Passes a new directory of the host's to `work` and removes it again. */
export async function inScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), "evolver-git-"));
  try {
    return await work(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
