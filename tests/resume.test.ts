import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAgentStore } from "../archive/agent-store.ts";
import { openArchive } from "../archive/archive.ts";
import { lockForWriting } from "../archive/writer-lock.ts";
import { parseConfig } from "../evolver/config.ts";
import { campaignStatus } from "../evolver/status.ts";
import { createBubblewrapEngine } from "../sandbox/bubblewrap/engine.ts";
import { evolver, evolverJson, pressCtrlC, scratch, startEvolver } from "./run-evolver.ts";
import { writeEmptyCampaign } from "./sample-campaign.ts";

const SEED = join(import.meta.dirname, "..", "agents", "seed");
const SHORT = [
  "--tasks",
  "py-interval-merge",
  "--evaluations",
  "1",
  "--expansions",
  "0",
  "--sandbox",
  "bubblewrap",
];
const there = await createBubblewrapEngine()
  .describe()
  .then(
    () => true,
    () => false,
  );

const place = scratch();
afterAll(() => place.remove());
let next = 0;
const fresh = () => join(place.directory, `case-${next++}`);

/** A finished campaign of one evaluation, whose root was a clone that is not there any more. */
const finished = join(place.directory, "finished");
/** A copy of it to go on with. */
function copy(): string {
  const directory = fresh();
  cpSync(finished, directory, { recursive: true });
  return directory;
}

function clonedAgent(): string {
  const agent = fresh();
  cpSync(SEED, agent, { recursive: true });
  execFileSync("git", ["init", "--quiet", agent]);
  return agent;
}

beforeAll(async () => {
  if (!there) return;
  const agent = clonedAgent();
  const run = await evolver("run", "-C", finished, "--agent", agent, ...SHORT);
  expect(run.code, run.stderr).toBe(0);
  rmSync(agent, { recursive: true });
});

test.skipIf(!there)("a clone is a root: its repository is left out, every other file is in", async () => {
  const archive = openArchive(finished, "read");
  const { commit } = archive.agents.get(0)!;
  archive.close();
  const stored = [...(await openAgentStore(finished).files(commit)).keys()];
  const files = readdirSync(SEED, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(stored.length).toBe(files.length);
  expect(stored.filter((path) => path.includes(".git/"))).toEqual([]);
});

test.skipIf(!there)("going on needs no root directory: the code is in the archive", async () => {
  const campaign = copy();
  const more = await evolver(
    "run",
    "-C",
    campaign,
    "--tasks",
    "py-interval-merge",
    "--evaluations",
    "1",
    "--json",
  );
  expect(more.code, more.stderr).toBe(0);
  expect(JSON.parse(more.stdout)).toMatchObject({ state: "finished", counted: 1 });
});

test.skipIf(!there)("evolver.toml is written anew when it is gone; readers never needed it", async () => {
  const campaign = copy();
  const file = join(campaign, "evolver.toml");
  const before = readFileSync(file, "utf8");
  // What `kill -9` left behind while settings were written, in this version and in earlier ones.
  renameSync(file, `${file}.before`);
  writeFileSync(`${file}.part`, "");
  expect((await evolverJson("status", "-C", campaign)).budget.evaluations.limit).toBe(1);
  const run = await evolver("run", "-C", campaign);
  expect(run.code, run.stderr).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(before);
  rmSync(file);
  expect((await evolver("run", "-C", campaign, "--seed", "9")).stderr).toContain(
    "campaign.seed was 1, is now 9",
  );
});

test.skipIf(!there)("readers go by what the archive records, not by an edited evolver.toml", async () => {
  const campaign = copy();
  const file = join(campaign, "evolver.toml");
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/^evaluations = 1$/m, "evaluations = 99").replace(/^epsilon.*$/m, "epsilon = 7"),
  );
  const status = await evolver("status", "-C", campaign, "--json");
  expect(status.code, status.stderr).toBe(0);
  expect(JSON.parse(status.stdout).budget.evaluations).toEqual({ limit: 1, used: 1 });
  expect((await evolver("best", "-C", campaign)).code).toBe(0);
  // A recorded change counts, and the file it replaces is kept.
  writeFileSync(file, text);
  const none = await evolver("run", "-C", campaign, "--evaluations", "0");
  expect(none.code, none.stderr).toBe(0);
  expect((await evolverJson("status", "-C", campaign)).budget.evaluations.limit).toBe(0);
  expect(readFileSync(`${file}.before`, "utf8")).toBe(text);
  expect(parseConfig(readFileSync(file, "utf8"), file).budget.evaluations).toBe(0);
});

test.skipIf(!there)("a directory in which a beginning was cut off begins anew", async () => {
  const directory = fresh();
  mkdirSync(directory);
  openArchive(directory, "write").close();
  await openAgentStore(directory).create();
  mkdirSync(join(directory, "agents.git.part"));
  for (const name of ["evolver.toml.part", "evolver.toml.before", "writer.lock", "writer.json"])
    writeFileSync(join(directory, name), "");
  const run = await evolver("run", "-C", directory, ...SHORT, "--json");
  expect(run.code, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout).counted).toBe(1);

  // Not even the database was finished.
  const sooner = fresh();
  mkdirSync(sooner);
  writeFileSync(join(sooner, "archive.db"), "");
  const again = await evolver("run", "-C", sooner, ...SHORT);
  expect(again.code, again.stderr).toBe(0);
});

test.skipIf(!there)(
  "whoever begins first holds the directory from then on, however long it takes",
  async () => {
    const slow = fresh();
    cpSync(SEED, slow, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(slow, "agent.json"), "utf8"));
    const check = ["sh", "-c", "sleep 4"];
    writeFileSync(join(slow, "agent.json"), JSON.stringify({ ...manifest, check }));
    const directory = fresh();
    const first = startEvolver(["run", "-C", directory, ...SHORT, "--seed", "21", "--agent", slow]);
    for (let tries = 0; !first.stderr().includes("Models:") && tries < 200; tries += 1) await sleep(50);
    const second = await evolver("run", "-C", directory, ...SHORT, "--seed", "22");
    expect(second.code).toBe(4);
    expect(second.stderr).toContain(`process ${first.process.pid}`);
    expect((await first.ended).code, first.stderr()).toBe(0);
    const file = join(directory, "evolver.toml");
    expect(parseConfig(readFileSync(file, "utf8"), file).campaign.seed).toBe(21);
    expect((await evolverJson("status", "-C", directory)).seed).toBe(21);
  },
);

test.skipIf(!there)("Ctrl-C while the root is tried ends at once and leaves nothing", async () => {
  const agent = fresh();
  cpSync(SEED, agent, { recursive: true });
  // Its check takes longer than the test may.
  writeFileSync(
    join(agent, "agent.json"),
    JSON.stringify({ name: "slow", command: ["sleep", "19"], check: ["sleep", "19"] }),
  );
  const directory = fresh();
  const run = startEvolver(["run", "-C", directory, "--agent", agent, ...SHORT]);
  for (let tries = 0; !run.stderr().includes("Models:") && tries < 200; tries += 1) await sleep(50);
  await sleep(1_000);
  const pressedAt = performance.now();
  pressCtrlC(run.process);
  const ended = await run.ended;
  expect(ended.code).toBe(130);
  expect(performance.now() - pressedAt).toBeLessThan(8_000);
  expect(ended.stderr).toContain("Interrupted while getting ready");
  expect(existsSync(directory)).toBe(false);
});

test("hours that nobody worked are not counted while the next run gets ready", async () => {
  const directory = fresh();
  mkdirSync(directory);
  await writeEmptyCampaign(directory);
  const database = new Database(join(directory, "archive.db"));
  database.exec(
    "UPDATE sessions SET started_at = '2026-01-01T00:00:00.000Z', seen_at = '2026-01-01T02:00:00.000Z', ended_at = NULL",
  );
  database.close();
  const lock = lockForWriting(directory);
  try {
    expect(await evolverJson("status", "-C", directory)).toMatchObject({ state: "running", hours: 2 });
    const archive = openArchive(directory, "write");
    archive.sessions.start(lock.since!, 1, "bubblewrap");
    const later = new Date(Date.parse(lock.since!) + 3_600_000);
    const config = parseConfig(readFileSync(join(directory, "evolver.toml"), "utf8"), "the test");
    expect(campaignStatus(archive, config, lock, later).hours).toBe(3);
    archive.close();
  } finally {
    lock.release();
  }
});
