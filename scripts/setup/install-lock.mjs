import { createHash } from "node:crypto";
import { readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SetupError } from "./setup-error.mjs";

const PATIENCE_MS = 10 * 60_000;

/**
 * Does `work` while no other set-up of this checkout does. The lock lies outside node_modules, which an install
 * replaces; it is a symbolic link to the holder's process id, because that is made and filled in one step.
 * @param {string} root
 * @param {(line: string) => void} say
 * @param {() => void} work
 * @returns {Promise<void>}
 */
export async function withInstallLock(root, say, work) {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const lock = join(tmpdir(), `evolver-setup-${name}.lock`);
  await acquire(lock, say);
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock @param {(line: string) => void} say */
async function acquire(lock, say) {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let told = false; ; await sleep(200)) {
    try {
      return symlinkSync(String(process.pid), lock);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = holderOf(lock);
    if (holder === undefined) continue;
    if (!isAlive(holder)) rmSync(lock, { force: true });
    else if (Date.now() > giveUpAt) {
      throw new SetupError(`process ${holder} has been installing for 10 minutes; end it or remove ${lock}`);
    } else if (!told) {
      told = true;
      say(`waiting for process ${holder}, which is installing the dependencies`);
    }
  }
}

/** @param {string} lock */
function holderOf(lock) {
  try {
    return Number(readlinkSync(lock));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
