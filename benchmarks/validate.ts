import { INSIDE, type PreparedImage, SandboxError } from "../sandbox/contract.ts";
import { makePatch, rememberBaseline } from "../sandbox/patch.ts";
import { type GradeOptions, grade } from "./grade.ts";
import type { Task } from "./task.ts";

export type Validation = {
  readonly id: string;
  /** Reward of the untouched workspace; must be below 1. */
  readonly untouched: number;
  /** Reward of the reference solution; must be 1. */
  readonly reference: number;
  readonly ok: boolean;
  /** What is wrong; undefined when all is well. */
  readonly detail: string | undefined;
};

const MAX_PATCH_BYTES = 16 * 1024 * 1024;

/** Grades a task untouched and with its reference solution, in real sandboxes. */
export async function validateTask(task: Task, options: GradeOptions): Promise<Validation> {
  const untouched = await grade(task, new Uint8Array(), options);
  const patch = await referencePatch(task, options);
  if (patch === undefined) {
    return {
      id: task.id,
      untouched: untouched.reward,
      reference: 0,
      ok: false,
      detail: "solution/solve.sh failed",
    };
  }
  const reference = await grade(task, patch, options);
  const problems = [
    untouched.reward >= 1 && "the untouched workspace passes the hidden tests",
    reference.reward < 1 && `the reference solution fails: ${reference.detail}`,
  ].filter((problem) => problem !== false);
  return {
    id: task.id,
    untouched: untouched.reward,
    reference: reference.reward,
    ok: problems.length === 0,
    detail: problems.length === 0 ? undefined : problems.join("; "),
  };
}

async function referencePatch(
  task: Task,
  options: GradeOptions & { image: PreparedImage },
): Promise<Uint8Array | undefined> {
  const sandbox = await options.engine.start({
    ...options,
    workspace: task.workdir,
    files: task.workspace,
    mounts: [{ path: INSIDE.solution, files: task.solution }],
    model: undefined,
  });
  try {
    await rememberBaseline(sandbox, task.workdir);
    const result = await sandbox.run({
      argv: ["bash", `${INSIDE.solution}/solve.sh`],
      cwd: task.workdir,
      timeoutMs: task.agentTimeoutMs,
    });
    if (result.exitCode !== 0) return undefined;
    return await makePatch(sandbox, task.workdir, MAX_PATCH_BYTES);
  } catch (error) {
    if (error instanceof SandboxError && error.code === "ended") return undefined;
    throw error;
  } finally {
    await sandbox.stop();
  }
}
