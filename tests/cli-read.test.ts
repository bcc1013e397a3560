import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { lockForWriting } from "../archive/writer-lock.ts";
import { createProgram, runProgram } from "../cli/program.ts";
import { type Ended, scratch, startEvolver } from "./run-evolver.ts";
import { HOSTILE, writeEmptyCampaign, writeSampleCampaign } from "./sample-campaign.ts";

const place = scratch();
const [sample, empty] = [join(place.directory, "sample"), join(place.directory, "empty")];
const NOTICE = "simulated model: the numbers say nothing about real models";

beforeAll(async () => {
  mkdirSync(sample);
  mkdirSync(empty);
  await writeSampleCampaign(sample);
  await writeEmptyCampaign(empty);
});
afterAll(() => place.remove());

/** The whole command line inside this process, which is ten times as quick as a new one. */
async function evolver(...argv: readonly string[]): Promise<Ended> {
  vi.stubEnv("FORCE_COLOR", undefined);
  let [stdout, stderr] = ["", ""];
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += text;
    return true;
  });
  const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += text;
    return true;
  });
  try {
    const code = await runProgram(createProgram(), argv);
    return { code, stdout, stderr };
  } finally {
    out.mockRestore();
    err.mockRestore();
    vi.unstubAllEnvs();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON whose shape they state themselves.
async function evolverJson(...argv: readonly string[]): Promise<any> {
  const { code, stdout, stderr } = await evolver(...argv, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

test("status --json says where the campaign stands", async () => {
  expect(await evolverJson("status", "-C", sample)).toMatchObject({
    state: "stopped",
    reason: "stopped by the user",
    budget: {
      evaluations: { limit: 20, used: 6 },
      tokens: { limit: null, used: 8400 },
      usd: { limit: null, used: 0 },
    },
    evaluations: {
      solved: 3,
      unsolved: 2,
      "timed-out": 1,
      "infrastructure-error": 1,
      running: 1,
      crashed: 0,
    },
    expansions: { admitted: 3, rejected: 1 },
    best: { agent: 1 },
    tokens: { prompt: 7000, completion: 1400, total: 8400 },
    costUsd: 0,
    hours: 1,
    model: { simulated: true },
  });
  expect((await evolverJson("status", "-C", empty)).best).toBeNull();
});

test("status knows a campaign at work", async () => {
  const lock = lockForWriting(empty);
  try {
    expect((await evolverJson("status", "-C", empty)).state).toBe("running");
  } finally {
    lock.release();
  }
});

test("tree --json is the lineage, and git shows the same one", async () => {
  const nodes = await evolverJson("tree", "-C", sample);
  expect(nodes).toMatchObject([
    {
      id: 0,
      parent: null,
      depth: 0,
      own: { solved: 1, counted: 3 },
      clade: { solved: 3, counted: 6 },
      cmp: 0.5,
    },
    {
      id: 1,
      parent: 0,
      depth: 1,
      own: { solved: 2, counted: 3 },
      clade: { solved: 2, counted: 3 },
      best: true,
    },
    {
      id: 2,
      parent: 0,
      depth: 1,
      own: { solved: 0, counted: 0 },
      clade: { solved: 0, counted: 0 },
      cmp: null,
    },
    { id: 3, parent: 1, depth: 2, own: { solved: 0, counted: 0 }, children: [], simulated: true },
  ]);
  expect(nodes.map(({ children }: { children: number[] }) => children)).toEqual([[1, 2], [3], [], []]);
  const commits = new Map(nodes.map((node: { id: number; commit: string }) => [node.id, node.commit]));
  const log = execFileSync("git", ["-C", join(sample, "agents.git"), "log", "--all", "--format=%H %P"], {
    encoding: "utf8",
  });
  expect(
    log
      .trim()
      .split("\n")
      .map((line) => line.trim())
      .toSorted(),
  ).toEqual(
    nodes
      .map(({ commit, parent }: { commit: string; parent: number | null }) =>
        [commit, parent === null ? "" : commits.get(parent)].join(" ").trim(),
      )
      .toSorted(),
  );
});

test("best --json ranks every agent, those without a result last", async () => {
  const ranking = await evolverJson("best", "-C", sample);
  expect(ranking.map(({ agent }: { agent: number }) => agent)).toEqual([1, 0, 2, 3]);
  expect(ranking[0]).toMatchObject({
    mean: 0.6,
    solved: 2,
    counted: 3,
    summary: "Read before writing",
    simulated: true,
  });
  expect(ranking[0].interval[0]).toBeLessThan(ranking[0].quantile);
  expect(ranking[0].quantile).toBeLessThan(ranking[0].mean);
  expect(await evolverJson("best", "-C", sample, "--limit", "1")).toHaveLength(1);
  expect((await evolver("best", "-C", empty)).stdout).toContain("No agent has been evaluated yet.");
});

test("show --json has all there is on an agent", async () => {
  const agent = await evolverJson("show", "1", "-C", sample);
  expect(agent).toMatchObject({
    id: 1,
    ancestors: [0],
    children: [3],
    madeBy: "x1",
    rank: 1,
    proposal: { proposal: `Change main.ts. ${HOSTILE}` },
    cladeUsage: { agents: 2, promptTokens: 6000, completionTokens: 1200, costUsd: 0 },
  });
  expect(agent.diffstat).toContain("main.ts | 2 +-");
  expect(agent.evaluations.map(({ run }: { run: string }) => run)).toEqual(["e4", "e5", "e6"]);
  expect(agent.expansions.map(({ child }: { child: number | null }) => child)).toEqual([3, null]);
  expect(agent.decisions).toHaveLength(5);
  const root = await evolverJson("show", "0", "-C", sample);
  expect(root).toMatchObject({ parent: null, madeBy: null, proposal: null, diffstat: null });
});

test("diff leads from the parent, or another agent, to the agent", async () => {
  const { stdout } = await evolver("diff", "1", "-C", sample);
  expect(stdout).toContain("-console.log(1)");
  expect(stdout).toContain("+console.log(2)");
  const json = await evolverJson("diff", "3", "0", "-C", sample);
  expect(json).toMatchObject({ from: 0, to: 3 });
  expect(json.diff).toContain("+console.log(4)");
  expect((await evolver("diff", "3", "0", "-C", sample, "--stat")).stdout).toContain("1 file changed");
  expect((await evolver("diff", "1", "1", "-C", sample)).stderr).toContain("is the same");
});

test("a patch in a pipe is exact; on a terminal it is painted and harmless", async () => {
  expect((await startEvolver(["diff", "2", "-C", sample]).ended).stdout).toContain(HOSTILE);
  if (spawnSync("script", ["--version"]).status !== 0) return;
  const main = join(import.meta.dirname, "..", "cli", "main.ts");
  // Node paints nothing where CI is set, even on a terminal.
  const { NO_COLOR: _, CI: __, ...env } = process.env;
  const command = `'${process.execPath}' '${main}' diff 2 -C '${sample}'`;
  const shown = execFileSync("script", ["-qefc", command, "/dev/null"], {
    encoding: "utf8",
    env: { ...env, TERM: "xterm-256color" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(shown).toContain("\x1b[32m+console.log(3); // \\x1b[2J");
  expect(shown).not.toContain("\x1b[2J");
});

test("log lists runs in the order of their starts", async () => {
  const runs = await evolverJson("log", "-C", sample);
  expect(runs.map(({ run }: { run: string }) => run)).toEqual([
    "e1",
    "e2",
    "e3",
    "x1",
    "x2",
    "x3",
    "e4",
    "e5",
    "e6",
    "e7",
    "x4",
    "e8",
  ]);
  expect(runs.at(-1)).toMatchObject({
    kind: "evaluation",
    agent: 3,
    task: "py-two",
    outcome: null,
    endedAt: null,
  });
  const { stdout } = await evolver("log", "-C", sample, "--limit", "2");
  expect(stdout).toContain("10 earlier with --limit 12");
  expect(stdout).toContain("unfinished");
});

test("log shows what a run left", async () => {
  const plain = await evolver("log", "e1", "-C", sample);
  expect(plain.stdout).toContain("step one\n");
  const asked = await evolver("log", "e1", "-C", sample, "--patch", "--grader", "--calls");
  for (const part of ["+++ b/x", "3 passed", "simulated-0.5", "Solve it.", "bash({})", "status 0, refused"]) {
    expect(asked.stdout).toContain(part);
  }
  expect(asked.stdout).not.toContain("step one");
  const evidence = await evolver("log", "x4", "-C", sample, "--evidence", "--grader");
  expect(evidence.stdout).toContain('"focus": "unsolved-task"');
  expect(evidence.stdout).toContain("exit code 1");
  const json = await evolverJson("log", "e1", "-C", sample);
  expect(json).toMatchObject({
    run: "e1",
    transcript: `step one\n${HOSTILE}\n`,
    conversation: null,
    evidence: null,
  });
  expect(json.calls).toHaveLength(1);
  expect((await evolverJson("log", "e1", "-C", sample, "--calls")).conversation).toHaveLength(2);
});

test("checkout writes an agent's files, and only where nothing is", async () => {
  const target = join(place.directory, "out");
  const json = await evolverJson("checkout", "3", target, "-C", sample);
  expect(json).toEqual({ agent: 3, directory: target, files: ["agent.json", "lib/tool.sh", "main.ts"] });
  expect(readFileSync(join(target, "main.ts"), "utf8")).toContain("console.log(4)");
  expect(statSync(join(target, "lib/tool.sh")).mode & 0o100).not.toBe(0);
  const again = await evolver("checkout", "0", target, "-C", sample);
  expect(again).toMatchObject({ code: 2, stdout: "" });
  expect(again.stderr).toContain("not empty");
  expect(readFileSync(join(target, "main.ts"), "utf8")).toContain("console.log(4)");
  const told = await evolver("checkout", "0", join(place.directory, "told"), "-C", sample);
  expect(told.stdout).toContain('started as "node main.ts"');
});

test("for people: simulated is said, lines fit, nothing steers the terminal", async () => {
  for (const argv of [["status"], ["tree"], ["best"], ["show", "0"], ["show", "2"], ["log"], ["log", "e1"]]) {
    const { code, stdout } = await evolver(...argv, "-C", sample);
    expect(code).toBe(0);
    expect(stdout).toContain(NOTICE);
    expect(stdout).not.toMatch(/[^\P{Cc}\n\t]|\p{Cf}/u);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  }
  expect((await evolver("log", "e1", "-C", sample, "--patch", "--calls", "--grader")).stdout).not.toContain(
    "\x1b",
  );
});

test("colours are our own, and only where they are wanted", async () => {
  const { ended } = startEvolver(["tree", "-C", sample], { env: { FORCE_COLOR: "1" } });
  const { stdout } = await ended;
  expect(stdout).toContain("\x1b[32m├─ 1 best\x1b[39m");
  expect(stdout).toContain("\\x1b[2J");
});

test.each([
  ["status", "-C", "nowhere", 2, "There is no directory"],
  ["show", "9", 2, "There is no agent 9; expected a number from 0 (the root) to 3"],
  ["show", "x", 2, "There is no agent x"],
  ["diff", "0", 2, "Agent 0 is the root and has no parent"],
  ["log", "e99", 2, "There is no run e99"],
  ["log", "../e1", 2, "There is no run ../e1"],
  ["best", "--limit", "0", 2, "expected a whole number above 0"],
  ["tree", "--frobnicate", 2, "unknown option"],
])("%s %s: one clear message", async (...row) => {
  const argv = row.slice(0, -2).map(String);
  const [code, message] = row.slice(-2) as [number, string];
  const ended = await evolver(...argv, ...(argv.includes("-C") ? [] : ["-C", sample]));
  expect(ended).toMatchObject({ code, stdout: "" });
  expect(ended.stderr).toContain(message);
  expect(ended.stderr).not.toContain("    at ");
});

test("a damaged campaign is said to be damaged", async () => {
  const directory = join(place.directory, "damaged");
  mkdirSync(directory);
  await writeSampleCampaign(directory);
  const log = join(directory, "runs", "e1", "transcript.log.gz");
  writeFileSync(log, readFileSync(log).subarray(0, 12));
  expect(await evolver("log", "e1", "-C", directory)).toMatchObject({ code: 4, stdout: "" });
  for (const name of readdirSync(join(directory, "agents.git", "objects"))) {
    if (/^[0-9a-f]{2}$/.test(name))
      execFileSync("rm", ["-r", join(directory, "agents.git", "objects", name)]);
  }
  const diff = await evolver("diff", "1", "-C", directory);
  expect(diff).toMatchObject({ code: 4, stdout: "" });
  expect(diff.stderr).toContain("agents.git can't be read");
  expect((await evolver("checkout", "1", join(directory, "out"), "-C", directory)).code).toBe(4);
  expect(existsSync(join(directory, "out"))).toBe(false);
});

test("docs/json.md shows the keys there are", async () => {
  const text = readFileSync(join(import.meta.dirname, "..", "docs", "json.md"), "utf8");
  const examples = (verb: string) => {
    const section = text.split(/^## /m).find((part) => part.startsWith(`\`${verb}\``)) ?? "";
    return [...section.matchAll(/```json\n(.*?)```/gs)].map(([, json = ""]) => JSON.parse(json));
  };
  const out = join(place.directory, "documented");
  const [runs, run] = examples("log");
  const listed = await evolverJson("log", "-C", sample);
  for (const [shown, real] of [
    [examples("status")[0], await evolverJson("status", "-C", sample)],
    [examples("tree")[0][0], (await evolverJson("tree", "-C", sample))[0]],
    [examples("best")[0][0], (await evolverJson("best", "-C", sample))[0]],
    [examples("show")[0], await evolverJson("show", "1", "-C", sample)],
    [examples("diff")[0], await evolverJson("diff", "1", "-C", sample)],
    [runs[0], listed[0]],
    [runs[1], listed[3]],
    [run, await evolverJson("log", "e1", "-C", sample)],
    [run.calls[0], (await evolverJson("log", "e1", "-C", sample)).calls[0]],
    [examples("checkout")[0], await evolverJson("checkout", "1", out, "-C", sample)],
  ]) {
    expect(Object.keys(shown).toSorted()).toEqual(Object.keys(real).toSorted());
    for (const key of ["budget", "evaluations", "expansions", "best", "tokens", "model", "cladeUsage"]) {
      if (shown[key] === null || typeof shown[key] !== "object" || Array.isArray(shown[key])) continue;
      expect(Object.keys(shown[key]).toSorted()).toEqual(Object.keys(real[key]).toSorted());
    }
  }
});

test("every verb that reads has help with examples", async () => {
  for (const verb of ["status", "tree", "best", "show", "diff", "log", "checkout"]) {
    const { code, stdout } = await evolver(verb, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`evolver ${verb}`);
    expect(stdout).toContain("Examples:");
  }
});
