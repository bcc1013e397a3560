import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The path of a file which is in the package but isn't a module, e.g. `Dockerfile`; from the sources and from `dist/`. */
export function projectFile(path: string): string {
  for (let directory = import.meta.dirname; ; directory = dirname(directory)) {
    const candidate = join(directory, path);
    if (existsSync(candidate)) return candidate;
    if (directory === dirname(directory))
      throw new Error(`${path} is missing from the evolver package; reinstall it`);
  }
}
