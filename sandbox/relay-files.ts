import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { SandboxError } from "./contract.ts";

/** What goes to `/evolver` in every sandbox. `node` is a path on the host: the binary is too large to carry around. */
export type RelayFiles = {
  readonly digest: string;
  readonly node: string;
  /** By name below `relay/`; plain JavaScript, so that a sandbox need not strip types at each start. */
  readonly sources: ReadonlyMap<string, string>;
  /** The relay's entry point inside. */
  readonly main: string;
};

/** Threads of the relay, and the parent of a command; they don't count against a sandbox's limit of processes. */
export const RELAY_TASKS = 16;

/**
 * Reads this process's Node binary and the relay's sources. Throws `SandboxError` `engine` when this isn't a Linux Node
 * of major version 24 or later, which is what sandboxes need.
 */
export async function relayFiles(): Promise<RelayFiles> {
  const major = Number(process.versions.node.split(".")[0]);
  if (process.platform !== "linux" || major < 24) {
    throw new SandboxError(
      "engine",
      `sandboxes run this process's own Node, which must be 24 or later for Linux, got ${process.version} for ${process.platform}; start evolver with the Node in node_modules/.bin`,
    );
  }
  const extension = extname(import.meta.filename);
  const directory = join(import.meta.dirname, "relay");
  const names = (await readdir(directory)).filter(
    (name) => name.endsWith(extension) && !name.includes(".test."),
  );
  const sources = new Map<string, string>();
  for (const name of names.sort()) {
    const source = await readFile(join(directory, name), "utf8");
    sources.set(name.replace(/\.ts$/, ".js"), source);
  }
  const hash = createHash("sha256").update(JSON.stringify([...sources]));
  const { size, mtimeMs } = await stat(process.execPath);
  hash.update(JSON.stringify([process.version, process.arch, size, mtimeMs]));
  const stripped = extension === ".ts" ? await stripTypes(sources) : sources;
  return {
    digest: hash.digest("hex").slice(0, 16),
    node: process.execPath,
    sources: new Map([...stripped, ["package.json", '{"type":"module"}']]),
    main: "/evolver/relay/guest.js",
  };
}

/** In a process of its own, because Node warns on the first use in each. */
async function stripTypes(sources: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  const script = `
    const { stripTypeScriptTypes } = require("node:module");
    let input = "";
    process.stdin.on("data", (chunk) => (input += chunk)).on("end", () => {
      const sources = JSON.parse(input).map(([name, source]) =>
        [name, stripTypeScriptTypes(source).replace(/(from "\\.\\/[a-z-]+)\\.ts"/g, '$1.js"')]);
      process.stdout.write(JSON.stringify(sources));
    });`;
  const running = promisify(execFile)(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    "-e",
    script,
  ]);
  running.child.stdin?.end(JSON.stringify([...sources]));
  return new Map(JSON.parse((await running).stdout));
}
