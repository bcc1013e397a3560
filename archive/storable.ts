/**
 * The first path that git does not take into a tree, because on some system it would name a repository's own directory;
 * undefined when all are fine. A little stricter than git, whose rules differ between systems.
 */
export function unstorablePath(paths: Iterable<string>): string | undefined {
  for (const path of paths) if (path.split(/[/\\]/).some(isReserved)) return path;
  return undefined;
}

/** Windows drops dots and spaces at the end and knows streams (`:`) and short names, macOS drops invisible characters. */
function isReserved(part: string): boolean {
  return /^(|\.|\.\.|(\.git|git~1)[ .]*(:.*)?)$/is.test(part.replace(/\p{Cf}/gu, ""));
}
