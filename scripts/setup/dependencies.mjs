import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { withInstallLock } from "./install-lock.mjs";
import { SetupError } from "./setup-error.mjs";

/**
 * Installs the locked dependencies when they are missing, half installed, or belong to another lock file.
 * A stamp written last holds what node_modules was made from, so that an interrupted install is done again and
 * a finished one costs one hash.
 * @param {string} root repository root
 * @param {(line: string) => void} say
 * @returns {Promise<void>} throws SetupError
 */
export async function ensureDependencies(root, say) {
  const wanted = fingerprint(root);
  const stampFile = join(root, "node_modules", ".evolver-setup");
  if (readIfPresent(stampFile) === wanted) return;
  await withInstallLock(root, say, () => {
    if (readIfPresent(stampFile) === wanted) return;
    if (!installedByHand(root)) {
      say("installing dependencies (npm install)");
      // Not `npm ci`: it refuses a lock file made where a registry lacks other platforms' optional packages.
      empty(join(root, "node_modules"));
      npm(root, ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
    }
    // npm may be set to run no install scripts; the node package needs its own to fetch its binary.
    if (problemWith(root) !== undefined) npm(root, ["rebuild", "node", "--loglevel=error"]);
    const problem = problemWith(root);
    if (problem !== undefined) {
      throw new SetupError(
        `${problem}. The package "node" fetches Node 24 in its install script; check that npm may run it ` +
          `(npm config get ignore-scripts), then delete node_modules and run this again`,
      );
    }
    writeFileSync(stampFile, wanted);
  });
}

/** The lock file and the platform: a node_modules from another one has the wrong binaries. @param {string} root */
function fingerprint(root) {
  const lock = readFileSync(join(root, "package-lock.json"));
  return createHash("sha256").update(lock).update(`${process.platform}-${process.arch}`).digest("hex");
}

/**
 * Whether somebody already ran npm here with this lock file. npm writes its own record of what it installed last.
 * @param {string} root
 */
function installedByHand(root) {
  const record = readIfPresent(join(root, "node_modules", ".package-lock.json"));
  if (record === undefined) return false;
  const installed = JSON.parse(record).packages;
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(locked).every(
    ([path, entry]) =>
      path === "" ||
      (installed[path] ? installed[path].integrity === entry.integrity : entry.optional === true),
  );
}

/** Why the installed packages can't be used, or undefined. @param {string} root */
function problemWith(root) {
  const node = join(root, "node_modules", ".bin", "node");
  const probe = `require("better-sqlite3")(":memory:").close(); console.log(process.versions.node)`;
  const version = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (version.error) return `node_modules/.bin/node does not run (${version.error.message})`;
  if (version.status !== 0 || Number.parseInt(version.stdout.slice(1), 10) < 24) {
    return `node_modules/.bin/node should be Node 24 or newer, is ${(version.stdout || version.stderr).trim()}`;
  }
  const loaded = spawnSync(node, ["-e", probe], { cwd: root, encoding: "utf8" });
  if (loaded.status !== 0) return `better-sqlite3 does not load: ${loaded.stderr.trim().split("\n").at(-1)}`;
  return undefined;
}

/** @param {string} root @param {readonly string[]} args */
function npm(root, args) {
  // An install replaces node_modules/.bin/node: npm itself must not be running on it.
  const ownBin = join(root, "node_modules", ".bin");
  const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => entry !== ownBin);
  const result = spawnSync("npm", args, {
    cwd: root,
    env: { ...process.env, PATH: path.join(delimiter) },
    stdio: ["ignore", 2, 2],
  });
  if (result.error)
    throw new SetupError(`npm does not run (${result.error.message}); install npm 10 or newer`);
  if (result.signal === "SIGINT") throw new SetupError("interrupted", 130);
  if (result.status !== 0)
    throw new SetupError(`npm ${args[0]} failed with exit code ${result.status ?? result.signal}`);
}

/** What an interrupted install left is not worth trusting. @param {string} directory */
function empty(directory) {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory))
    rmSync(join(directory, entry), { recursive: true, force: true });
}

/** @param {string} file */
function readIfPresent(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
