import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { evolver, scratch, startEvolver } from "./run-evolver.ts";
import { writeSampleCampaign } from "./sample-campaign.ts";

const ROOT = join(import.meta.dirname, "..");
const place = scratch();
afterAll(() => place.remove());
let next = 0;
/** A path where nothing is yet. */
const fresh = () => join(place.directory, `case-${next++}`);

/** A broken suite made from a good one. */
function brokenSuite(change: (task: string) => void): string {
  const suite = fresh();
  cpSync(join(ROOT, "benchmarks", "suites", "starter", "py-interval-merge"), join(suite, "task"), {
    recursive: true,
  });
  change(join(suite, "task"));
  return suite;
}

/** The directory of a campaign whose evolver.toml says this. */
function configured(toml: string): string {
  const directory = fresh();
  mkdirSync(directory);
  writeFileSync(join(directory, "evolver.toml"), toml);
  return directory;
}

test.each<[name: string, argv: () => string[], code: number, message: RegExp]>([
  [
    "an unknown key",
    () => ["run", "-C", configured("[search]\nalhpa = 1\n")],
    2,
    /unknown key search\.alhpa/,
  ],
  [
    "a wrong type",
    () => ["run", "-C", configured('[budget]\nevaluations = "many"\n')],
    2,
    /budget\.evaluations: .*number.*"many"/,
  ],
  ["broken TOML", () => ["run", "-C", configured("[budget\n")], 2, /evolver\.toml is not TOML/],
  [
    "half a model",
    () => ["run", "-C", configured('[models.solver]\nmodel = "x"\n')],
    2,
    /models\.solver: base_url and model belong together/,
  ],
  [
    "a missing key variable",
    () => [
      "run",
      "-C",
      configured(
        '[models.default]\nmodel = "x"\nbase_url = "http://127.0.0.1:1/v1"\napi_key_env = "EVOLVER_NO_SUCH_KEY"\n',
      ),
    ],
    2,
    /EVOLVER_NO_SUCH_KEY.* is not set/,
  ],
  [
    "dollars without prices",
    () => [
      "run",
      "-C",
      configured('[budget]\nusd = 1.0\n[models.default]\nmodel = "x"\nbase_url = "http://127.0.0.1:1/v1"\n'),
    ],
    2,
    /budget\.usd is set, but the price of x is not known/,
  ],
  [
    "a task that the suite has not",
    () => ["run", "-C", fresh(), "--tasks", "py-none"],
    2,
    /tasks\.only names py-none/,
  ],
  [
    "a suite that is not there",
    () => ["run", "-C", fresh(), "--suite", "nope"],
    2,
    /nope: is neither a bundled suite \(starter\) nor a directory/,
  ],
  [
    "an agent that is not there",
    () => ["run", "-C", fresh(), "--agent", "./nope"],
    2,
    /There is no agent at .*nope/,
  ],
  [
    "an agent without agent.json",
    () => ["run", "-C", fresh(), "--agent", configured("")],
    2,
    /agent\.json is missing/,
  ],
  ["a directory that is no campaign", () => ["status", "-C", ROOT], 2, /is not a campaign/],
  ["a campaign in a full directory", () => ["run", "-C", ROOT], 2, /is not a campaign and not empty/],
  ["a campaign that is not there", () => ["tree", "-C", fresh()], 2, /There is no directory/],
  [
    "a campaign where a file is",
    () => ["run", "-C", join(configured(""), "evolver.toml")],
    2,
    /evolver\.toml is a file\. Name a directory/,
  ],
  ["an unknown engine", () => ["run", "-C", fresh(), "--sandbox", "chroot"], 2, /sandbox\.engine.*"chroot"/],
  [
    "a key without a model",
    () => ["run", "-C", fresh(), "--api-key-env", "FOO"],
    2,
    /api_key_env without base_url and model/,
  ],
  ["an unknown verb", () => ["rnu"], 2, /unknown command/],
  ["a number that is none", () => ["run", "-C", fresh(), "--workers", "two"], 2, /whole number/],
  [
    "a broken task.toml",
    () => [
      "run",
      "-C",
      fresh(),
      "--suite",
      brokenSuite((task) => writeFileSync(join(task, "task.toml"), "[metadata")),
    ],
    2,
    /task\.toml/,
  ],
  [
    "a wrong type in task.toml",
    () => [
      "bench",
      "list",
      brokenSuite((task) => writeFileSync(join(task, "task.toml"), '[agent]\ntimeout_sec = "long"\n')),
    ],
    2,
    /timeout_sec/,
  ],
  [
    "a task without tests",
    () => ["bench", "validate", brokenSuite((task) => rmSync(join(task, "tests"), { recursive: true }))],
    2,
    /tests\/test\.sh|test\.sh/,
  ],
])("%s: one clear message and nothing written by halves", async (_name, argv, code, message) => {
  const words = argv();
  const at = words.indexOf("-C");
  const directory = at < 0 ? undefined : words[at + 1];
  const listed = () =>
    directory !== undefined && statSync(directory, { throwIfNoEntry: false })?.isDirectory()
      ? readdirSync(directory)
      : undefined;
  const before = listed();
  const ended = await evolver(...words);
  expect(ended.stderr).toMatch(message);
  expect(ended.stderr).not.toMatch(/\n\s+at /);
  expect(ended.stdout).toBe("");
  expect(ended.code).toBe(code);
  expect(listed()).toEqual(before);
});

test("an endpoint that refuses the connection: exit 3, the address, and no campaign begun", async () => {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  const directory = fresh();
  const ended = await evolver(
    "run",
    "-C",
    directory,
    "--base-url",
    `http://127.0.0.1:${port}/v1`,
    "--model",
    "m",
  );
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}.*the connection was refused`));
  expect(existsSync(directory)).toBe(false);
});

test.each([
  [401, { error: { message: "invalid key" } }, /does not answer: HTTP 401.*invalid key/],
  [404, { error: { message: "no model m" } }, /does not answer: HTTP 404.*no model m/],
  [
    400,
    { error: { message: "tool choice requires a parser" } },
    /does not answer: HTTP 400.*requires a parser/,
  ],
])(
  "a model that lists itself but answers %i: exit 3 with its words, and no campaign begun",
  async (status, body, message) => {
    const server = createServer((request, response) => {
      const isList = request.url === "/v1/models";
      response.writeHead(isList ? 200 : status, { "content-type": "application/json" });
      response.end(JSON.stringify(isList ? { object: "list", data: [{ id: "m" }] } : body));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const directory = fresh();
    const model = ["--base-url", `http://127.0.0.1:${port}/v1`, "--model", "m"];
    const ended = await evolver("run", "-C", directory, ...model);
    server.closeAllConnections();
    server.close();
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(3);
    expect(existsSync(directory)).toBe(false);
  },
);

test("a root that does not work is refused before anything is written", async () => {
  const agent = fresh();
  cpSync(join(ROOT, "agents", "seed"), agent, { recursive: true });
  writeFileSync(join(agent, "loop.ts"), "export const = 1;\n");
  const directory = fresh();
  const ended = await evolver("run", "-C", directory, "--agent", agent);
  expect(ended.stderr).toMatch(/root agent .* does not work \(check-failed\)/);
  expect(ended.code).toBe(2);
  expect(existsSync(directory)).toBe(false);
});

test("a root with a name that git keeps for itself is refused before anything is written", async () => {
  const agent = fresh();
  cpSync(join(ROOT, "agents", "seed"), agent, { recursive: true });
  writeFileSync(join(agent, "git~1"), "");
  const directory = join(fresh(), "deeper");
  const ended = await evolver("run", "-C", directory, "--agent", agent, "--sandbox", "bubblewrap");
  expect(ended.stderr).toMatch(/holds "git~1", a name that git keeps for itself/);
  expect(ended.code).toBe(2);
  expect(existsSync(join(directory, ".."))).toBe(false);
});

test("an archive damaged in the middle, and one that contradicts itself: exit 4 and what to do", async () => {
  const broken = join(place.directory, "broken-middle");
  mkdirSync(broken);
  await writeSampleCampaign(broken);
  const file = join(broken, "archive.db");
  const content = readFileSync(file);
  // The schema stays; every page after the first says nothing sensible.
  writeFileSync(file, Buffer.concat([content.subarray(0, 4096), Buffer.alloc(content.length - 4096, 0x5a)]));
  const contradicting = join(place.directory, "contradicting");
  mkdirSync(contradicting);
  await writeSampleCampaign(contradicting);
  const database = new Database(join(contradicting, "archive.db"));
  database.pragma("foreign_keys = OFF");
  database.exec("UPDATE tasks SET id = 'other' WHERE id = 'py-one'");
  database.close();
  for (const [campaign, verb] of [
    [broken, "status"],
    [broken, "tree"],
    [contradicting, "tree"],
  ] as const) {
    const ended = await evolver(verb, "-C", campaign);
    expect(ended.stderr).toMatch(/archive\.db can't be read as an archive: .*Restore a copy/s);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(ended.code).toBe(4);
  }
});

test("a damaged archive is said to be one: exit 4 and what to do", async () => {
  const directory = configured("");
  writeFileSync(join(directory, "archive.db"), "this is not a database, whatever its name says".repeat(100));
  for (const verb of ["run", "status", "tree"]) {
    const ended = await evolver(verb, "-C", directory);
    expect(ended.stderr).toMatch(/can't be read as an archive.*Restore/s);
    expect(ended.code).toBe(4);
  }
});

test("no engine: exit 3, naming what to install", async () => {
  const env = { PATH: "/nonexistent", DOCKER_HOST: "unix:///nonexistent.sock" };
  const ended = await startEvolver(["run", "-C", fresh()], { env }).ended;
  expect(ended.stderr).toMatch(/bubblewrap|Docker/);
  expect(ended.code).toBe(3);
});

test("init writes a file that is valid, says only defaults, and is never overwritten", async () => {
  const directory = fresh();
  expect((await evolver("init", "-C", directory)).code).toBe(0);
  const again = await evolver("init", "-C", directory);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("is there already");
});
