import { parse } from "smol-toml";
import { z } from "zod";
import { INSIDE } from "../sandbox/contract.ts";
import { TaskError } from "./task-error.ts";

const seconds = z
  .number()
  .positive()
  .max(7 * 24 * 3600);
const mebibytes = z
  .int()
  .min(1)
  .max(1024 * 1024);
const size = z.string().regex(/^\d+(\.\d+)?[KMG]i?B?$/i, 'expected a size such as "4G" or "512M"');
const text = (maxLength: number) => z.string().min(1).max(maxLength);

const glob = text(200).refine((pattern) => !/^\/|\\|\0|(^|\/)\.\.(\/|$)/.test(pattern), {
  message: "expected a glob relative to the working directory, without .. and backslashes",
});

const workdir = text(200)
  .regex(/^(\/[A-Za-z0-9._-]+)+$/, "expected an absolute path such as /workspace")
  .refine((path) => !path.split("/").some((part) => part === "." || part === ".."), {
    message: "expected a path without . and ..",
  })
  .refine((path) => !RESERVED.some((other) => path === other || path.startsWith(`${other}/`)), {
    message: "expected a directory that neither the system nor evolver uses",
  });
const RESERVED = [
  ...[INSIDE.runtime, INSIDE.agent, INSIDE.state, INSIDE.tests, INSIDE.solution, INSIDE.logs],
  ...["/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/run", "/sbin", "/sys", "/tmp", "/usr"],
];

const version = z.string().regex(/^1(\.\d+)*$/, 'expected version "1.x"');

/** What is read of Harbor's keys; others pass unread. `[evolver]` is ours, so nothing unknown is allowed in it. */
const TaskToml = z.object({
  version: version.optional(),
  schema_version: version.optional(),
  metadata: z.object({ difficulty: z.string().optional(), language: text(40).optional() }).prefault({}),
  agent: z.object({ timeout_sec: seconds.default(600) }).prefault({}),
  verifier: z
    .object({
      timeout_sec: seconds.default(120),
      env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(10_000)).default({}),
    })
    .prefault({}),
  environment: z
    .object({
      docker_image: text(300)
        .regex(/^[A-Za-z0-9][\w.:/@-]*$/, "expected an image name such as debian:12")
        .optional(),
      cpus: z.number().positive().max(1024).default(1),
      memory_mb: mebibytes.optional(),
      memory: size.optional(),
      storage_mb: mebibytes.optional(),
      storage: size.optional(),
      gpus: z.literal(0, "expected 0: sandboxes have no GPU").optional(),
      workdir: workdir.optional(),
    })
    .prefault({}),
  evolver: z.strictObject({ protected: z.array(glob).max(200).default([]) }).prefault({}),
});

export type TaskToml = z.infer<typeof TaskToml>;

/** Reads the text of a `task.toml` at `path`. Throws `TaskError` `invalid` naming the key, what was expected and the value. */
export function parseTaskToml(content: string, path: string): TaskToml {
  let document: unknown;
  try {
    document = parse(content);
  } catch (error) {
    throw new TaskError("invalid", path, `is not TOML: ${(error as Error).message.trim()}`, { cause: error });
  }
  const result = TaskToml.safeParse(document, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const key = issue?.path.join(".") || "the top level";
  throw new TaskError("invalid", path, `${key}: ${issue?.message}, the value is ${shown(issue?.input)}`);
}

/** Whole MiB of a size such as `4G`, at least 1. */
export function sizeToMb(value: string): number {
  const unit = { K: 1 / 1024, M: 1, G: 1024 }[/[KMG]/i.exec(value)?.[0].toUpperCase() as "K" | "M" | "G"];
  return Math.max(1, Math.round(Number.parseFloat(value) * unit));
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? "missing";
  return json.length > 100 ? `${json.slice(0, 100)}…` : json;
}
