import { basename, join, resolve } from "node:path";
import type { Files, Image } from "../sandbox/contract.ts";
import { isDirectory, readFiles, readRegularFile } from "./read-files.ts";
import type { Task } from "./task.ts";
import { taskDigest } from "./task-digest.ts";
import { TaskError } from "./task-error.ts";
import { parseTaskToml, sizeToMb, type TaskToml } from "./task-toml.ts";

const MAX_TEXT_BYTES = 256 * 1024;
const DEFAULT_MEMORY_MB = 1024;
const DEFAULT_DISK_MB = 512;

/**
 * Reads and checks the task in a directory (docs/task-format.md). The directory's name is its id.
 * Throws `TaskError` for the first thing that breaks the format.
 */
export async function loadTask(directory: string): Promise<Task> {
  const root = resolve(directory);
  const id = basename(root);
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(id)) {
    throw new TaskError(
      "invalid",
      root,
      `task id ${JSON.stringify(id)}: expected lower-case letters, digits, "-", "_" and "."`,
    );
  }
  if (!(await isDirectory(root)))
    throw new TaskError("missing", root, "expected a task directory, found nothing");
  const toml = parseTaskToml(await readText(join(root, "task.toml")), join(root, "task.toml"));
  const instruction = await readText(join(root, "instruction.md"));
  if (instruction.trim() === "")
    throw new TaskError("invalid", join(root, "instruction.md"), "expected an instruction, it is empty");
  const environment = await readFiles(join(root, "environment"));
  const image = imageOf(root, toml, environment);
  const task = {
    id,
    instruction,
    language: toml.metadata.language,
    difficulty: difficultyOf(toml.metadata.difficulty),
    image,
    workdir:
      toml.environment.workdir ??
      (image.kind === "build" ? lastWorkdir(environment) : undefined) ??
      "/workspace",
    workspace: workspaceOf(image, environment),
    agentTimeoutMs: Math.ceil(toml.agent.timeout_sec * 1000),
    verifierTimeoutMs: Math.ceil(toml.verifier.timeout_sec * 1000),
    verifierEnv: toml.verifier.env,
    cpus: toml.environment.cpus,
    memoryMb: megabytes(toml.environment.memory_mb, toml.environment.memory, DEFAULT_MEMORY_MB),
    diskMb: megabytes(toml.environment.storage_mb, toml.environment.storage, DEFAULT_DISK_MB),
    tests: await readTree(root, "tests", "test.sh"),
    solution: (await isDirectory(join(root, "solution")))
      ? await readTree(root, "solution", "solve.sh")
      : new Map(),
    protectedPaths: toml.evolver.protected,
  };
  return { ...task, digest: taskDigest(task) };
}

/** `docker_image` wins over a Dockerfile, as in Harbor; `evolver-base` is the project's own image. */
function imageOf(root: string, toml: TaskToml, environment: Files): Image {
  const name = toml.environment.docker_image;
  if (name === "evolver-base") return { kind: "base" };
  if (name !== undefined) return { kind: "named", name };
  if (environment.has("Dockerfile")) return { kind: "build", context: environment };
  const compose = [...environment.keys()].find((path) => /^(docker-)?compose\.ya?ml$/.test(path));
  if (compose !== undefined) {
    const hint = "compose files are not supported; give the task a Dockerfile or a docker_image";
    throw new TaskError("invalid", join(root, "environment", compose), hint);
  }
  return { kind: "base" };
}

function workspaceOf(image: Image, environment: Files): Files | undefined {
  if (image.kind === "build") return undefined;
  const prefix = "workspace/";
  const files = new Map(
    [...environment]
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, file]) => [path.slice(prefix.length), file]),
  );
  // The base image has no workspace of its own, so there an absent one is an empty one.
  return files.size > 0 || image.kind === "base" ? files : undefined;
}

/** Harbor's agents work where the image says; only a plain absolute path is understood. */
function lastWorkdir(environment: Files): string | undefined {
  const dockerfile = Buffer.from(environment.get("Dockerfile")?.content ?? []).toString();
  return [...dockerfile.matchAll(/^\s*WORKDIR\s+((?:\/[A-Za-z0-9._-]+)+)\/?\s*$/gim)].at(-1)?.[1];
}

/** Harbor's metadata is free text, so a word of another scale is no error. */
function difficultyOf(word: string | undefined): Task["difficulty"] {
  return word === "easy" || word === "medium" || word === "hard" ? word : undefined;
}

function megabytes(count: number | undefined, size: string | undefined, otherwise: number): number {
  return count ?? (size === undefined ? otherwise : sizeToMb(size));
}

async function readTree(root: string, name: string, script: string): Promise<Files> {
  const files = await readFiles(join(root, name));
  if (!files.has(script))
    throw new TaskError("missing", join(root, name, script), "expected a file, found nothing");
  return files;
}

async function readText(path: string): Promise<string> {
  const { content } = await readRegularFile(path, MAX_TEXT_BYTES);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (error) {
    throw new TaskError("invalid", path, "expected UTF-8 text", { cause: error });
  }
}
