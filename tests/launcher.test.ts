import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = dirname(import.meta.dirname);
const oldNode = findOldNode();
const launched = "console.log(process.version, ...process.argv.slice(2)); process.exitCode = 7;";
let place: string;
let launcher: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "evolver-launcher-"));
  launcher = join(place, "bin/evolver.js");
  write("package.json", '{"type": "module"}');
  mkdirSync(dirname(launcher));
  copyFileSync(join(root, "bin/evolver.js"), launcher);
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test("runs the sources of a checkout, else what was published", () => {
  write("dist/cli/main.js", 'console.log("published");');
  expect(run(process.execPath).stdout).toBe("published\n");
  write("cli/main.ts", 'const what: string = "checkout";\nconsole.log(what);');
  expect(run(process.execPath).stdout).toBe("checkout\n");
});

test.skipIf(oldNode === undefined)(
  "an old Node hands over to the package's Node, arguments and exit code too",
  () => {
    write("dist/cli/main.js", launched);
    installNode();
    expect(run(oldNode as string, "tree", "-C", "a b")).toMatchObject({
      stdout: `${process.version} tree -C a b\n`,
      status: 7,
    });
  },
);

test.skipIf(oldNode === undefined)("an old Node hands on signals", async () => {
  write(
    "dist/cli/main.js",
    'process.on("SIGINT", () => process.exit(130)); setInterval(() => {}, 1e6); console.log("up");',
  );
  installNode();
  const child = spawn(oldNode as string, [launcher], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(child.stdout, "data");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([130, null]);
  } finally {
    child.kill("SIGKILL");
  }
});

test.skipIf(oldNode === undefined)("an old Node says so when there is no other", () => {
  write("dist/cli/main.js", launched);
  const { status, stderr } = run(oldNode as string);
  expect(stderr).toMatch(/^evolver: needs Node 24 or newer, this is v/);
  expect(status).toBe(3);
});

function run(node: string, ...args: readonly string[]) {
  return spawnSync(node, [launcher, ...args], { encoding: "utf8" });
}

function installNode(): void {
  mkdirSync(join(place, "node_modules/node/bin"), { recursive: true });
  symlinkSync(process.execPath, join(place, "node_modules/node/bin/node"));
}

function write(file: string, content: string): void {
  mkdirSync(dirname(join(place, file)), { recursive: true });
  writeFileSync(join(place, file), content);
}

/** A Node below 24 on the PATH, which npm may have put the project's own in front of. */
function findOldNode(): string | undefined {
  const directories = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((entry) => !entry.includes("node_modules"));
  return directories
    .map((directory) => join(directory, "node"))
    .find((node) => {
      const { status, stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
      return status === 0 && Number.parseInt(stdout.slice(1), 10) < 24;
    });
}
