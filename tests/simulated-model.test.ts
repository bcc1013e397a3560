import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test } from "vitest";
import type { RunContext } from "../models/contract.ts";
import { TOPICS } from "../models/simulated/advice.ts";
import { createSimulatedModel } from "../models/simulated/server.ts";

const root = mkdtempSync(join(tmpdir(), "simulated-"));
afterAll(() => rmSync(root, { recursive: true }));

describe.each([
  { name: "seed", directory: join(import.meta.dirname, "../agents/seed") },
  { name: "python-agent", directory: join(import.meta.dirname, "../examples/python-agent") },
])("$name", ({ directory }) => {
  test("solves a task with a skilled model", async () => {
    const workspace = copyOf(
      join(import.meta.dirname, "../benchmarks/suites/starter/js-slug/environment/workspace"),
    );
    const solved = "export const slug = (text) => text.toLowerCase();\n";
    const reference = new Map([["slug.js", solved]]);
    const outcomes: boolean[] = [];
    for (const seed of ["a", "b", "c", "d"]) {
      const context: RunContext = { seed, kind: "solve", reference, difficulty: 0 };
      const { exitCode } = await run(directory, workspace, "Write slug.", context, 1);
      expect(exitCode).toBe(0);
      outcomes.push(readFileSync(join(workspace, "slug.js"), "utf8") === solved);
    }
    expect(outcomes).toContain(true);
  });

  test("improves itself over generations: the same seed makes the same descendants, good edits pass the check", async () => {
    const first = await descend(directory, 8);
    expect(first.changed).toBeGreaterThanOrEqual(6);
    expect(first.prompt).toMatch(/\btests\b[\s\S]*edge cases?|edge cases?[\s\S]*\btests\b/i);
    const second = await descend(directory, 3);
    expect(second.trees).toEqual(first.trees.slice(0, 3));
  });
});

test("with falling skill more self-modifications break the agent", async () => {
  const directory = join(import.meta.dirname, "../agents/seed");
  const broken = async (skill: number) => {
    let count = 0;
    for (let seed = 0; seed < 8; seed++) {
      const child = copyOf(directory);
      await run(directory, child, TOPICS[0]!.proposal, improveContext(`break ${seed}`), skill);
      const entry = readFileSync(join(child, "main.ts"), "utf8");
      if (!passesCheck(child) || entry.includes("process.exit(0)")) count++;
    }
    return count;
  };
  expect(await broken(1)).toBe(0);
  expect(await broken(0)).toBeGreaterThan(1);
});

/** A line of descendants, each made by its parent following one proposal after another with a perfect model. */
async function descend(directory: string, generations: number) {
  let parent = copyOf(directory);
  let changed = 0;
  const trees: string[] = [];
  for (let generation = 0; generation < generations; generation++) {
    const child = copyOf(parent);
    const { proposal } = TOPICS[(generation * 2) % TOPICS.length]!;
    await run(parent, child, `# Proposal\n${proposal}`, improveContext(`line ${generation}`), 1);
    expect(passesCheck(child), proposal).toBe(true);
    if (treeOf(child) !== treeOf(parent)) changed++;
    trees.push(treeOf(child));
    parent = child;
  }
  return { changed, trees, prompt: treeOf(parent) };
}

function improveContext(seed: string): RunContext {
  return { seed, kind: "self-improve", reference: undefined, difficulty: undefined };
}

/** Runs an agent's process as evolver does, against the simulated model over HTTP. */
async function run(
  directory: string,
  workspace: string,
  instruction: string,
  context: RunContext,
  skill: number,
) {
  const model = createSimulatedModel({ skill });
  const server = createServer(async (incoming, outgoing) => {
    const body = await text(incoming);
    const response = await model(
      new Request(`http://model${incoming.url}`, { method: "POST", body }),
      context,
    );
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const { port } = server.address() as AddressInfo;
    const taskFile = join(mkdtempSync(join(root, "task-")), "task.json");
    const deadline = new Date(Date.now() + 60_000).toISOString();
    const limits = { calls: 100, tokens: 1_000_000 };
    writeFileSync(taskFile, JSON.stringify({ kind: context.kind, instruction, workspace, deadline, limits }));
    const { command } = JSON.parse(readFileSync(join(directory, "agent.json"), "utf8"));
    const child = spawn(program(command[0]), [join(directory, command[1])], {
      cwd: workspace,
      env: {
        ...environment(),
        EVOLVER_TASK: taskFile,
        OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
        OPENAI_API_KEY: "none",
        OPENAI_MODEL: `simulated-${skill}`,
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const exitCode = await new Promise<number | null>((ended) => child.on("close", ended));
    return { exitCode };
  } finally {
    server.close();
  }
}

function passesCheck(directory: string): boolean {
  const { check } = JSON.parse(readFileSync(join(directory, "agent.json"), "utf8"));
  return spawnSync(program(check[0]), check.slice(1), { cwd: directory, env: environment() }).status === 0;
}

function program(name: string): string {
  return name === "node" ? process.execPath : name;
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: root, TMPDIR: root, PYTHONDONTWRITEBYTECODE: "1" };
}

function copyOf(directory: string): string {
  const copy = mkdtempSync(join(root, "copy-"));
  cpSync(directory, copy, { recursive: true });
  return copy;
}

function treeOf(directory: string): string {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = paths.map((entry) => join(entry.parentPath, entry.name)).sort();
  return files.map((path) => `${path.slice(directory.length)}\n${readFileSync(path, "utf8")}`).join("\n");
}
