import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { createBubblewrapEngine } from "../sandbox/bubblewrap/engine.ts";
import { createDockerEngine } from "../sandbox/docker/engine.ts";
import { evolver, evolverJson, pressCtrlC, scratch, startEvolver } from "./run-evolver.ts";

const COUNTED = ["solved", "unsolved", "empty-patch", "timed-out", "crashed", "over-budget"];
const TASKS = "py-interval-merge,py-duration-parse,js-slug,js-version-range,ts-money-split";

const place = scratch();
afterAll(() => place.remove());

const engines = await Promise.all(
  [createDockerEngine(), createBubblewrapEngine()].map(async (engine) => ({
    name: engine.name,
    there: await engine.describe().then(
      () => true,
      () => false,
    ),
  })),
);

const query = (campaign: string, sql: string) => {
  const database = new Database(join(campaign, "archive.db"), { readonly: true });
  try {
    return database.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    database.close();
  }
};
const git = (campaign: string, ...argv: string[]) =>
  execFileSync("git", ["-C", join(campaign, "agents.git"), ...argv], { encoding: "utf8" });

for (const engine of engines) {
  test.skipIf(!engine.there)(`a whole campaign in ${engine.name}`, async () => {
    const campaign = join(place.directory, `whole-${engine.name}`);
    const flags = [
      "--suite",
      "starter",
      "--tasks",
      TASKS,
      "--evaluations",
      "36",
      "--workers",
      "2",
      "--seed",
      "7",
    ];
    const run = await evolver("run", "-C", campaign, ...flags, "--sandbox", engine.name, "--json");
    expect(run.stderr).toContain("imulated");
    expect(run.code).toBe(0);
    const status = JSON.parse(run.stdout);

    // The budget is spent to the last evaluation, and what the status says is what the rows say.
    expect(status).toMatchObject({ state: "finished", counted: 36, model: { simulated: true }, costUsd: 0 });
    expect(status.budget.evaluations).toEqual({ limit: 36, used: 36 });
    const counted = COUNTED.reduce((sum, outcome) => sum + status.evaluations[outcome], 0);
    expect(counted).toBe(36);
    expect(status.hours).toBeGreaterThan(0);
    const [books] = query(
      campaign,
      "SELECT sum(prompt_tokens + completion_tokens) AS tokens, count(*) AS calls FROM model_calls",
    );
    expect(status.tokens.total).toBe(books!.tokens);
    const [runs] = query(
      campaign,
      `SELECT (SELECT sum(prompt_tokens + completion_tokens) FROM evaluations)
            + (SELECT sum(prompt_tokens + completion_tokens) FROM expansions) AS tokens`,
    );
    expect(runs!.tokens).toBe(books!.tokens);
    expect(
      query(campaign, "SELECT agent, task FROM evaluations GROUP BY agent, task HAVING count(*) > 1"),
    ).toEqual([]);

    // The tree grew, every child is a real change, and git tells the same story.
    const tree = await evolverJson("tree", "-C", campaign);
    expect(tree.length).toBeGreaterThan(2);
    for (const agent of tree) {
      const parents = git(campaign, "log", "-1", "--format=%P", `refs/agents/${agent.id}`).trim();
      expect(git(campaign, "rev-parse", `refs/agents/${agent.id}`).trim()).toBe(agent.commit);
      expect(parents).toBe(agent.parent === null ? "" : tree[agent.parent].commit);
      if (agent.parent !== null)
        expect(git(campaign, "diff", "--stat", parents, agent.commit)).toMatch(/changed/);
      const children = tree.filter((other: { parent: number | null }) => other.parent === agent.id);
      expect(agent.children).toEqual(children.map(({ id }: { id: number }) => id));
      const clade = children.reduce(
        (
          sum: { solved: number; counted: number },
          child: { clade: { solved: number; counted: number } },
        ) => ({
          solved: sum.solved + child.clade.solved,
          counted: sum.counted + child.clade.counted,
        }),
        agent.own,
      );
      expect(agent.clade).toEqual(clade);
    }
    expect(git(campaign, "for-each-ref", "refs/agents/").trim().split("\n")).toHaveLength(tree.length);

    const best = await evolverJson("best", "-C", campaign);
    expect(best[0]).toMatchObject({ simulated: true });
    expect(best[0].interval[0]).toBeLessThanOrEqual(best[0].mean);

    // Nothing that the agents saw or the diagnoser read holds a hidden test.
    for (const { id } of query(
      campaign,
      "SELECT 'e' || id AS id FROM evaluations UNION SELECT 'x' || id FROM expansions",
    )) {
      const calls = gunzipSync(readFileSync(join(campaign, "runs", String(id), "calls.jsonl.gz"))).toString(
        "utf8",
      );
      expect(calls).not.toMatch(/verifier\/reward|solve\.sh/);
    }
    // A run of a finished campaign finds nothing to do.
    const again = await evolver("run", "-C", campaign, "--json");
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout).counted).toBe(36);
  });
}

const engine = engines.find(({ name, there }) => name === "bubblewrap" && there)?.name ?? "auto";

test("with one worker and one seed, two campaigns are the same", async () => {
  const flags = [
    "--tasks",
    TASKS,
    "--evaluations",
    "16",
    "--workers",
    "1",
    "--seed",
    "11",
    "--sandbox",
    engine,
  ];
  const campaigns = ["same-1", "same-2"].map((name) => join(place.directory, name));
  const described = [];
  for (const campaign of campaigns) {
    const { code, stderr } = await evolver("run", "-C", campaign, ...flags);
    expect(code, stderr).toBe(0);
    described.push({
      agents: query(campaign, "SELECT id, parent, tree_id, summary FROM agents ORDER BY id"),
      evaluations: query(
        campaign,
        "SELECT id, agent, task, outcome, decision, prompt_tokens FROM evaluations ORDER BY id",
      ),
      expansions: query(
        campaign,
        "SELECT id, parent, child, outcome, reason, decision FROM expansions ORDER BY id",
      ),
      decisions: query(
        campaign,
        "SELECT number, kind, agent, task, reason, detail FROM decisions ORDER BY number",
      ),
    });
  }
  expect(described[0]!.agents.length).toBeGreaterThan(1);
  expect(described[1]).toEqual(described[0]);
});

test("Ctrl-C lets runs come to their end, a second one ends them; the same command finishes exactly what is missing", async () => {
  const campaign = join(place.directory, "interrupted");
  const command = [
    "run",
    "-C",
    campaign,
    "--tasks",
    TASKS,
    "--evaluations",
    "24",
    "--workers",
    "2",
    "--sandbox",
    engine,
  ];
  const ended = () =>
    query(campaign, "SELECT count(*) AS n FROM evaluations WHERE outcome IS NOT NULL")[0]!.n as number;

  const first = startEvolver(command);
  await until(() => /e4 /.test(first.stderr()));
  pressCtrlC(first.process);
  expect((await first.ended).code).toBe(130);
  expect((await first.ended).stderr).toContain("goes on");
  // Everything that ran came to its end, unharmed.
  expect(query(campaign, "SELECT * FROM evaluations WHERE outcome = 'crashed'")).toEqual([]);
  expect(
    query(campaign, "SELECT * FROM evaluations WHERE outcome IS NULL OR outcome = 'interrupted'"),
  ).toEqual([]);
  const before = ended();
  expect(before).toBeLessThan(24);
  expect((await evolverJson("status", "-C", campaign)).state).toBe("stopped");

  const second = startEvolver(command);
  await until(() => ended() > before + 1);
  pressCtrlC(second.process);
  await sleep(600);
  pressCtrlC(second.process);
  expect((await second.ended).code).toBe(130);
  expect(query(campaign, "SELECT * FROM evaluations WHERE outcome IS NULL")).toEqual([]);

  const last = await evolver(...command, "--json");
  expect(last.code, last.stderr).toBe(0);
  expect(JSON.parse(last.stdout)).toMatchObject({ state: "finished", counted: 24 });
  const pairs = `SELECT agent, task FROM evaluations WHERE outcome IN (${COUNTED.map((outcome) => `'${outcome}'`).join()})`;
  expect(query(campaign, `${pairs} GROUP BY agent, task HAVING count(*) > 1`)).toEqual([]);
  expect(query(campaign, pairs)).toHaveLength(24);
});

test("a campaign killed hard goes on; a second run beside the first is refused, naming the holder", async () => {
  const campaign = join(place.directory, "killed");
  const command = [
    "run",
    "-C",
    campaign,
    "--tasks",
    TASKS,
    "--evaluations",
    "14",
    "--workers",
    "2",
    "--sandbox",
    engine,
  ];
  const first = startEvolver(command);
  await until(() => /e3 /.test(first.stderr()));
  const refused = await evolver(...command);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain(`process ${first.process.pid}`);
  first.process.kill("SIGKILL");
  await first.ended;
  const last = await evolver(...command, "--json");
  expect(last.code, last.stderr).toBe(0);
  expect(JSON.parse(last.stdout)).toMatchObject({ state: "finished", counted: 14 });
  const [open] = query(campaign, "SELECT count(*) AS n FROM evaluations WHERE outcome IS NULL");
  expect(open!.n).toBe(0);
});

test("an agent in another language is the root of a campaign", async () => {
  const campaign = join(place.directory, "python");
  const agent = join(import.meta.dirname, "..", "examples", "python-agent");
  const flags = [
    "--tasks",
    TASKS,
    "--evaluations",
    "14",
    "--workers",
    "2",
    "--seed",
    "3",
    "--sandbox",
    engine,
  ];
  const run = await evolver("run", "-C", campaign, "--agent", agent, ...flags, "--json");
  expect(run.code, run.stderr).toBe(0);
  const status = JSON.parse(run.stdout);
  expect(status.counted).toBe(14);
  expect(status.solved).toBeGreaterThan(0);
  expect(status.expansions.admitted).toBeGreaterThan(0);
});

test("replay runs one agent again and leaves the archive alone", async () => {
  const campaign = join(place.directory, `whole-${engine === "auto" ? "docker" : engine}`);
  const before = readFileSync(join(campaign, "archive.db"));
  const replay = await evolverJson(
    "replay",
    "0",
    "-C",
    campaign,
    "--tasks",
    "py-interval-merge,js-slug",
    "--sandbox",
    engine,
  );
  expect(replay).toMatchObject({ agent: 0, simulated: true, total: 2 });
  expect(replay.results.map(({ task }: { task: string }) => task)).toEqual(["js-slug", "py-interval-merge"]);
  expect(replay.solved).toBe(
    replay.results.filter(({ outcome }: { outcome: string }) => outcome === "solved").length,
  );
  // The simulated model answers the same agent on the same task the same way.
  const rows = query(
    campaign,
    "SELECT task, outcome FROM evaluations WHERE agent = 0 AND task IN ('py-interval-merge', 'js-slug') ORDER BY task",
  );
  expect(
    replay.results.map(({ task, outcome }: { task: string; outcome: string }) => ({ task, outcome })),
  ).toEqual(rows);
  expect(readFileSync(join(campaign, "archive.db")).equals(before)).toBe(true);
});

test("a larger budget goes on, other settings are frozen", async () => {
  const campaign = join(place.directory, "killed");
  const frozen = await evolver("run", "-C", campaign, "--seed", "8");
  expect(frozen.code).toBe(2);
  expect(frozen.stderr).toContain("campaign.seed was 1, is now 8");
  const more = await evolver("run", "-C", campaign, "--evaluations", "16", "--json");
  expect(more.code, more.stderr).toBe(0);
  expect(JSON.parse(more.stdout).counted).toBe(16);
  // And it stays so without the flag.
  expect((await evolverJson("status", "-C", campaign)).budget.evaluations).toEqual({ limit: 16, used: 16 });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (condition()) return;
    await sleep(100);
  }
  throw new Error("it did not happen within 100 s");
}
