import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { freemem, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { checkConfig } from "../evolver/config.ts";
import { createGateway } from "../models/gateway.ts";
import { createBubblewrapEngine } from "../sandbox/bubblewrap/engine.ts";
import type { Engine } from "../sandbox/contract.ts";
import { createDockerEngine } from "../sandbox/docker/engine.ts";
import { EXIT } from "./exit.ts";
import { endpointsOf, ROLES, tryOut } from "./models.ts";
import { printJson } from "./print.ts";
import { withCampaign } from "./read-campaign.ts";
import { readSettings } from "./settings.ts";

type Finding = {
  readonly name: string;
  /** `missing` is bad only when nothing else can do its job. */
  readonly state: "ok" | "missing" | "bad";
  readonly detail: string;
};

const MIN_FREE_DISK_GB = 2;
const MIN_FREE_MEMORY_GB = 1;

/** `evolver doctor`: what this machine can do, and what it needs. */
export function doctorCommand(): Command {
  return withCampaign(new Command("doctor"))
    .description("check Node, git, the sandbox engines, disk, memory and the models of a campaign")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  evolver doctor\n  evolver doctor -C campaigns/first --json")
    .action(doctor);
}

async function doctor(options: { readonly campaign: string; readonly json?: true }): Promise<void> {
  const engines = await Promise.all([createDockerEngine(), createBubblewrapEngine()].map(checkEngine));
  const usable = engines.some(({ state }) => state === "ok");
  const findings: Finding[] = [
    checkNode(),
    await checkGit(),
    ...engines,
    {
      name: "sandbox",
      state: usable ? "ok" : "bad",
      detail: usable
        ? "agents can run"
        : "no engine works: install Docker, or bubblewrap (on Debian: apt-get install bubblewrap)",
    },
    await checkDisk(),
    checkMemory(),
    ...(await checkModels(options.campaign)),
  ];
  const ok = findings.every(({ state }) => state !== "bad");
  if (options.json) printJson({ ok, findings });
  else for (const finding of findings) process.stdout.write(line(finding));
  if (!ok) process.exitCode = EXIT.environment;
}

function line({ name, state, detail }: Finding): string {
  const mark = { ok: "✓", missing: "-", bad: "✗" }[state];
  return `${mark} ${name.padEnd(18)} ${detail}\n`;
}

function checkNode(): Finding {
  const [major = 0] = process.versions.node.split(".").map(Number);
  return {
    name: "node",
    state: major >= 24 ? "ok" : "bad",
    detail: `${process.version}${major >= 24 ? "" : ", expected 24 or newer"}`,
  };
}

async function checkGit(): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)("git", ["--version"]);
    return { name: "git", state: "ok", detail: stdout.trim() };
  } catch {
    return { name: "git", state: "bad", detail: "not found; install git" };
  }
}

async function checkEngine(engine: Engine): Promise<Finding> {
  try {
    return { name: engine.name, state: "ok", detail: await engine.describe() };
  } catch (error) {
    return { name: engine.name, state: "missing", detail: (error as Error).message };
  }
}

async function checkDisk(): Promise<Finding> {
  const { bavail, bsize } = await statfs(tmpdir());
  const free = (bavail * bsize) / 1024 ** 3;
  const enough = free >= MIN_FREE_DISK_GB;
  return {
    name: "disk",
    state: enough ? "ok" : "bad",
    detail: `${free.toFixed(1)} GB free, expected ${MIN_FREE_DISK_GB} GB`,
  };
}

function checkMemory(): Finding {
  const free = freemem() / 1024 ** 3;
  const enough = free >= MIN_FREE_MEMORY_GB;
  return {
    name: "memory",
    state: enough ? "ok" : "bad",
    detail: `${free.toFixed(1)} GB free, expected ${MIN_FREE_MEMORY_GB} GB`,
  };
}

async function checkModels(campaign: string): Promise<Finding[]> {
  try {
    const directory = resolve(campaign);
    // A directory that is no campaign has the default models.
    const config = existsSync(join(directory, "evolver.toml"))
      ? await readSettings(directory, {})
      : checkConfig({}, "defaults");
    const gateway = createGateway({ endpoints: endpointsOf(config), onCall: () => undefined });
    return await Promise.all(
      ROLES.map(async (role): Promise<Finding> => {
        const { model, simulated } = gateway.describe()[role];
        const problem = await tryOut(gateway, role, "doctor");
        const detail =
          problem ??
          (simulated ? `${model}: built in, its numbers say nothing about real models` : `${model} answers`);
        return { name: `model: ${role}`, state: problem === undefined ? "ok" : "bad", detail };
      }),
    );
  } catch (error) {
    return [{ name: "models", state: "bad", detail: (error as Error).message }];
  }
}
