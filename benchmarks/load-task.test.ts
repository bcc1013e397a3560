import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadTask } from "./load-task.ts";
import { readFiles } from "./read-files.ts";
import { TaskError } from "./task-error.ts";

let root: string;
let directory: string;

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "load-task-"));
  directory = join(root, "a-task");
  await put("task.toml", 'version = "1.0"\n');
  await put("instruction.md", "Do it.\n");
  await put("environment/workspace/src/a.py", "pass\n");
  await put("tests/test.sh", "exit 0\n");
  await put("solution/solve.sh", "exit 0\n");
});

afterEach(() => rm(root, { recursive: true }));

async function refusal(): Promise<TaskError> {
  const error = await loadTask(directory).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(TaskError);
  return error as TaskError;
}

test("defaults", async () => {
  const task = await loadTask(directory);
  expect(task).toMatchObject({
    id: "a-task",
    instruction: "Do it.\n",
    language: undefined,
    difficulty: undefined,
    image: { kind: "base" },
    workdir: "/workspace",
    agentTimeoutMs: 600_000,
    verifierTimeoutMs: 120_000,
    verifierEnv: {},
    cpus: 1,
    memoryMb: 1024,
    diskMb: 512,
    protectedPaths: [],
  });
  expect([...(task.workspace ?? [])].map(([path]) => path)).toEqual(["src/a.py"]);
  expect(task.digest).toMatch(/^[0-9a-f]{64}$/);
});

test("every key that is read, among others of Harbor's that are not", async () => {
  await put(
    "task.toml",
    `schema_version = "1.1"
    [metadata]\ndifficulty = "hard"\nlanguage = "python"\nauthor_name = "somebody"\ntags = ["x"]
    [agent]\ntimeout_sec = 12.5
    [verifier]\ntimeout_sec = 30\nenv = { MODE = "strict" }
    [environment]\ndocker_image = "debian:12"\ncpus = 2\nmemory = "4G"\nstorage_mb = 2048\nworkdir = "/srv/app"\nbuild_timeout_sec = 600.0\nallow_internet = false
    [evolver]\nprotected = ["tests/**", "package.json"]`,
  );
  expect(await loadTask(directory)).toMatchObject({
    language: "python",
    difficulty: "hard",
    image: { kind: "named", name: "debian:12" },
    workdir: "/srv/app",
    agentTimeoutMs: 12_500,
    verifierTimeoutMs: 30_000,
    verifierEnv: { MODE: "strict" },
    cpus: 2,
    memoryMb: 4096,
    diskMb: 2048,
    protectedPaths: ["tests/**", "package.json"],
  });
});

test("a Dockerfile is built where no image is named, and brings the workspace and its directory", async () => {
  await put("environment/Dockerfile", "FROM debian:12\nWORKDIR /app\nRUN true\nworkdir /app/src\n");
  const task = await loadTask(directory);
  expect(task.image.kind === "build" && [...task.image.context.keys()]).toEqual([
    "Dockerfile",
    "workspace/src/a.py",
  ]);
  expect(task).toMatchObject({ workspace: undefined, workdir: "/app/src" });
  await put("task.toml", '[environment]\ndocker_image = "evolver-base"');
  expect(await loadTask(directory)).toMatchObject({ image: { kind: "base" }, workdir: "/workspace" });
});

test("no workspace: an empty one in the base image, the image's own in a named one", async () => {
  await rm(join(directory, "environment"), { recursive: true });
  expect((await loadTask(directory)).workspace?.size).toBe(0);
  await put("task.toml", '[environment]\ndocker_image = "debian:12"');
  expect((await loadTask(directory)).workspace).toBeUndefined();
});

test("the executable bit is kept; a solution may be absent", async () => {
  await chmod(join(directory, "tests/test.sh"), 0o755);
  await rm(join(directory, "solution"), { recursive: true });
  const task = await loadTask(directory);
  expect(task.tests.get("test.sh")?.executable).toBe(true);
  expect(task.solution.size).toBe(0);
});

test.each([
  ['[agent]\ntimeout_sec = "long"', /agent\.timeout_sec: .*expected number.*"long"/],
  ["[agent]\ntimeout_sec = -1", /agent\.timeout_sec: .*>0.*-1/],
  ['[environment]\nmemory = "much"', /environment\.memory: expected a size.*"much"/],
  ["[environment]\nmemory_mb = 0.5", /environment\.memory_mb: .*0\.5/],
  ["[environment]\ncpus = 0", /environment\.cpus/],
  ["[environment]\ngpus = 1", /environment\.gpus: expected 0/],
  ['[environment]\ndocker_image = "--privileged"', /environment\.docker_image: expected an image name/],
  ['[environment]\nworkdir = "app"', /environment\.workdir: expected an absolute path/],
  ['[environment]\nworkdir = "/a/../etc"', /environment\.workdir/],
  ['[environment]\nworkdir = "/tests/a"', /environment\.workdir: .*neither the system nor evolver/],
  ["[metadata]\ndifficulty = 3", /metadata\.difficulty: .*expected string.*3/],
  ['[verifier]\nenv = { "A B" = "x" }', /verifier\.env/],
  ["[verifier]\nenv = { A = 1 }", /verifier\.env\.A/],
  ['[evolver]\nprotected = ["../x"]', /evolver\.protected\.0: expected a glob relative/],
  ["[evolver]\nprotect = []", /evolver: .*protect/],
  ['schema_version = "2.0"', /schema_version: expected version "1\.x".*"2\.0"/],
  ["version = 1.0", /version: .*expected string/],
  ["agent = 5", /agent: .*expected object.*5/],
  ["[agent", /is not TOML/],
])("task.toml %j", async (content, message) => {
  await put("task.toml", content);
  const error = await refusal();
  expect(error.code).toBe("invalid");
  expect(error.message).toMatch(message);
  expect(error.path).toBe(join(directory, "task.toml"));
});

test.each(["task.toml", "instruction.md", "tests", "tests/test.sh", "solution/solve.sh"])(
  "%s is missing",
  async (path) => {
    await rm(join(directory, path), { recursive: true });
    expect(await refusal()).toMatchObject({ code: "missing" });
  },
);

test("an empty instruction, and one that is not UTF-8", async () => {
  await put("instruction.md", " \n");
  expect((await refusal()).message).toMatch(/expected an instruction/);
  await writeFile(join(directory, "instruction.md"), Buffer.from([0xff, 0xfe]));
  expect((await refusal()).message).toMatch(/expected UTF-8/);
});

test("a compose file says that it is not supported", async () => {
  await put("environment/docker-compose.yaml", "services: {}");
  expect((await refusal()).message).toMatch(/compose files are not supported/);
});

test("a directory that can't be an id, and one that isn't there", async () => {
  await rename(directory, join(root, "A Task"));
  expect(await refusal()).toMatchObject({ code: "missing" });
  directory = join(root, "A Task");
  expect((await refusal()).message).toMatch(/task id "A Task"/);
});

test.each(["instruction.md", "task.toml", "tests/test.sh", "environment/workspace/src/a.py"])(
  "%s is a link",
  async (path) => {
    await rm(join(directory, path));
    await symlink("/etc/passwd", join(directory, path));
    expect(await refusal()).toMatchObject({ code: "refused" });
  },
);

test.each(["tests", "environment", "environment/workspace"])("the directory %s is a link", async (path) => {
  await rename(join(directory, path), join(root, "elsewhere"));
  await symlink(join(root, "elsewhere"), join(directory, path));
  expect(await refusal()).toMatchObject({ code: "refused" });
});

test("a named pipe is refused and not waited for", async () => {
  execFileSync("sh", ["-c", 'mkfifo "$0"', join(directory, "tests/pipe")]);
  expect(await refusal()).toMatchObject({ code: "refused" });
});

test("odd names are refused", async () => {
  await put("tests/a\nb", "");
  expect((await refusal()).message).toMatch(/"a\\nb"/);
});

test("count and size have limits", async () => {
  await put("tests/more", "12345");
  await expect(readFiles(join(directory, "tests"), { maxFiles: 1, maxBytes: 100 })).rejects.toThrow(
    /more than 1 files/,
  );
  await expect(readFiles(join(directory, "tests"), { maxFiles: 2, maxBytes: 10 })).rejects.toThrow(/at most/);
  expect((await readFiles(join(directory, "tests"), { maxFiles: 2, maxBytes: 12 })).size).toBe(2);
});

test("the digest follows the content and nothing else", async () => {
  const digest = async () => (await loadTask(directory)).digest;
  const first = await digest();
  await put("README.md", "not part of the task");
  await put("task.toml", 'version = "1.0"\n# a comment\n[metadata]\nauthor = "me"\n');
  expect(await digest()).toBe(first);
  const seen = new Set([first]);
  const changes: [string, string][] = [
    ["instruction.md", "Do that.\n"],
    ["tests/test.sh", "exit 1\n"],
    ["solution/more", ""],
    ["environment/workspace/src/a.py", "pass \n"],
    ["task.toml", "[agent]\ntimeout_sec = 1"],
  ];
  for (const [path, content] of changes) {
    await put(path, content);
    seen.add(await digest());
  }
  await chmod(join(directory, "tests/test.sh"), 0o755);
  seen.add(await digest());
  expect(seen.size).toBe(changes.length + 2);
});
