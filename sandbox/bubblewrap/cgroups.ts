import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Limits, SandboxOptions } from "../contract.ts";
import { RELAY_TASKS } from "../relay-files.ts";

const MOUNT = "/sys/fs/cgroup";

/** The cgroup of one sandbox; with version 1 it is a directory in each of three hierarchies. */
export type Cgroup = {
  /** Files to write a process id to. */
  readonly entrances: readonly string[];
  /** Whether something inside was killed because memory ran out. */
  outOfMemory(): Promise<boolean>;
  /** Kills what is left inside and removes the cgroup. Never throws. */
  remove(): Promise<void>;
};

export type Cgroups = {
  readonly version: 1 | 2;
  create(id: string, labels: SandboxOptions["labels"], limits: Limits): Promise<Cgroup>;
  /** Kills and removes the cgroups of a campaign, or all; returns how many sandboxes that were. */
  clean(campaign: string | undefined): Promise<number>;
};

/** The cgroups this process may make limits with, or undefined when the host doesn't let it. */
export async function findCgroups(): Promise<Cgroups | undefined> {
  const version = existsSync(join(MOUNT, "cgroup.controllers")) ? 2 : 1;
  const parents =
    version === 2
      ? [join(MOUNT, "evolver")]
      : ["memory", "pids", "cpu"].map((controller) => join(MOUNT, controller, "evolver"));
  const cgroups = createCgroups(version, parents);
  try {
    for (const parent of parents) await mkdir(parent, { recursive: true });
    if (version === 2) {
      for (const directory of [MOUNT, ...parents]) {
        await writeFile(join(directory, "cgroup.subtree_control"), "+memory +pids +cpu");
      }
    }
    const labels = { campaign: "probe", run: "probe" };
    const id = `evolver-${randomBytes(8).toString("hex")}`;
    const probe = await cgroups.create(id, labels, {
      cpus: 1,
      memoryMb: 64,
      pids: 64,
      diskMb: 1,
    });
    await probe.remove();
    return cgroups;
  } catch {
    // Not root, or the hierarchy is read-only, as it is in many containers.
    return undefined;
  }
}

function createCgroups(version: 1 | 2, parents: readonly string[]): Cgroups {
  return {
    version,
    create: async (id, { campaign, run }, limits) => {
      const name = `${encode(campaign)}.${encode(run)}.${id}`;
      const directories = parents.map((parent) => join(parent, name));
      try {
        for (const directory of directories) await mkdir(directory);
        for (const [file, value, required] of version === 2 ? limits2(limits) : limits1(limits)) {
          const path =
            version === 2
              ? join(MOUNT, "evolver", name, file)
              : join(MOUNT, file.split(".")[0]!, "evolver", name, file);
          await writeFile(path, value).catch((error) => {
            if (required) throw error;
          });
        }
      } catch (error) {
        await remove(directories);
        throw error;
      }
      return {
        entrances: directories.map((directory) => join(directory, "cgroup.procs")),
        outOfMemory: async () => {
          const file = version === 2 ? "memory.events" : "memory.oom_control";
          const events = await readFile(join(directories[0]!, file), "utf8").catch(() => "");
          return /^oom_kill [1-9]/m.test(events);
        },
        remove: () => remove(directories),
      };
    },
    clean: async (campaign) => {
      const prefix = campaign === undefined ? "" : `${encode(campaign)}.`;
      const names = new Set<string>();
      for (const parent of parents) {
        const entries = await readdir(parent, { withFileTypes: true });
        for (const entry of entries)
          if (entry.isDirectory() && entry.name.startsWith(prefix)) names.add(entry.name);
      }
      for (const name of names) await remove(parents.map((parent) => join(parent, name)));
      return names.size;
    },
  };
}

type Setting = readonly [file: string, value: string, required: boolean];

function limits1({ cpus, memoryMb, pids }: Limits): readonly Setting[] {
  const memory = String(memoryMb * 2 ** 20);
  return [
    ["memory.limit_in_bytes", memory, true],
    // Only there where the kernel counts swap.
    ["memory.memsw.limit_in_bytes", memory, false],
    ["pids.max", String(pids + RELAY_TASKS), true],
    ["cpu.cfs_period_us", "100000", true],
    ["cpu.cfs_quota_us", String(Math.round(cpus * 100_000)), true],
  ];
}

function limits2({ cpus, memoryMb, pids }: Limits): readonly Setting[] {
  return [
    ["memory.max", String(memoryMb * 2 ** 20), true],
    ["memory.swap.max", "0", false],
    ["pids.max", String(pids + RELAY_TASKS), true],
    ["cpu.max", `${Math.round(cpus * 100_000)} 100000`, true],
  ];
}

/** A file name without the separator. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(".", "%2E").slice(0, 80);
}

async function remove(directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    for (let attempt = 0; attempt < 50 && existsSync(directory); attempt++) {
      const processes = await readFile(join(directory, "cgroup.procs"), "utf8").catch(() => "");
      for (const pid of processes.split("\n").filter(Boolean)) kill(Number(pid));
      await rmdir(directory).catch(() => sleep(20));
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has gone meanwhile.
  }
}
