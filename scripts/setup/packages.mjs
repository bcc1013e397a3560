import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError } from "./setup-error.mjs";

/** The PATH with the directories of system programs, which a plain user's or a cut-down one lacks. */
export const SYSTEM_PATH = `${process.env.PATH ?? ""}:/usr/sbin:/usr/bin:/sbin:/bin`;

/**
 * Whether a program of this name is there to run.
 * @param {string} program
 * @returns {boolean}
 */
export function isInstalled(program) {
  return SYSTEM_PATH.split(":").some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return directory !== "";
    } catch {
      return false;
    }
  });
}

/**
 * Whether this process may install Debian packages: root, apt-get, and not switched off by EVOLVER_PROVISION=0.
 * @returns {boolean}
 */
export function canProvision() {
  return process.env.EVOLVER_PROVISION !== "0" && process.getuid?.() === 0 && isInstalled("apt-get");
}

/**
 * Installs Debian packages. The output goes to a file: a service which a package starts would otherwise hold our pipes
 * open for ever.
 * @param {readonly string[]} names
 * @returns {void} throws SetupError with the end of the output
 */
export function installPackages(names) {
  const log = join(mkdtempSync(join(tmpdir(), "evolver-apt-")), "output");
  const output = openSync(log, "a");
  const aptGet = (/** @type {readonly string[]} */ args) =>
    spawnSync("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...args], {
      env: { ...process.env, PATH: SYSTEM_PATH, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", output, output],
      timeout: 10 * 60_000,
    });
  // Lists that can't be refreshed may still do; the install decides.
  aptGet(["update"]);
  const { status } = aptGet(["install", "-y", "--no-install-recommends", ...names]);
  if (status === 0) return;
  const end = readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n  ");
  throw new SetupError(`apt-get could not install ${names.join(", ")} (all output in ${log}):\n  ${end}`);
}
