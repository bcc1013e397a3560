import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The directory of the evolver package, from the sources and from `dist/`. */
export function projectDirectory(): string {
  for (let directory = import.meta.dirname; ; directory = dirname(directory)) {
    if (existsSync(join(directory, "Dockerfile"))) return directory;
    if (directory === dirname(directory))
      throw new Error("the evolver package has no Dockerfile; reinstall it");
  }
}

/** The path of a file which is in the package but isn't a module, e.g. `Dockerfile`. */
export function projectFile(path: string): string {
  return join(projectDirectory(), path);
}
