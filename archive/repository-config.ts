import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ArchiveError } from "./database.ts";

/** All that `agents.git/config` ever says. */
export const REPOSITORY_CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = true
\tfsync = all
\tlogAllRefUpdates = false
[gc]
\tauto = 0
`;

/** Lines of that kind, and those that `git init` writes on one system or another. */
const HARMLESS =
  /^(|[#;].*|\[(core|gc)\]|(repositoryformatversion|bare|fsync|logallrefupdates|auto|filemode|ignorecase|precomposeunicode|symlinks) *= *[\w, -]*)$/i;

/**
 * A repository that came with somebody's copy of a campaign may be configured to run programs (a file system monitor, a
 * remote to fetch missing objects from, an included file ...). Throws `ArchiveError` `damaged` for any setting that
 * evolver does not write itself.
 */
export function requireOwnConfig(repository: string): void {
  const file = join(repository, "config");
  const strange = existsSync(join(repository, "commondir"))
    ? "the file commondir"
    : (existsSync(file) ? readFileSync(file, "utf8") : "")
        .split("\n")
        .map((line) => line.trim())
        .find((line) => !HARMLESS.test(line));
  if (strange === undefined) return;
  throw new ArchiveError(
    "damaged",
    `${repository} is configured with ${JSON.stringify(strange.slice(0, 200))}, which evolver does not write and git might ` +
      `obey. Look at ${file}, remove what is not evolver's, and use a clone for remotes and settings of your own.`,
  );
}
