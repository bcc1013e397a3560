import {
  type Engine,
  INSIDE,
  type Limits,
  type PreparedImage,
  type Sandbox,
  SandboxError,
} from "../sandbox/contract.ts";
import { applyPatch, type Patch } from "../sandbox/patch.ts";
import type { Task } from "./task.ts";

export type Grade = {
  /** What the hidden tests gave, 0 when they could not finish; 1 and more is solved. */
  readonly reward: number;
  /** One line for people. */
  readonly detail: string;
  /** What the hidden tests printed. It never goes back to an agent. */
  readonly log: string;
  readonly seconds: number;
};

export type GradeOptions = {
  readonly engine: Engine;
  readonly image: PreparedImage;
  readonly limits: Limits;
  readonly labels: { readonly campaign: string; readonly run: string };
  readonly signal: AbortSignal | undefined;
};

/**
 * Grades a patch in a fresh sandbox from the pristine task: the patch is applied but for protected files, the hidden
 * tests are mounted read-only, run, and the reward is read. Whatever the tested code does, the answer is a grade;
 * throws `SandboxError` only for faults of the engine, the image, or when aborted.
 */
export async function grade(task: Task, patch: Patch, options: GradeOptions): Promise<Grade> {
  const startedAt = performance.now();
  const finish = (reward: number, detail: string, log = ""): Grade => ({
    reward,
    detail,
    log,
    seconds: (performance.now() - startedAt) / 1000,
  });
  const sandbox = await options.engine.start({
    ...options,
    workspace: task.workdir,
    files: task.workspace,
    mounts: [{ path: INSIDE.tests, files: task.tests }],
    model: undefined,
  });
  try {
    const problem = await applyPatch(sandbox, task.workdir, patch, task.protectedPaths);
    if (problem !== undefined) return finish(0, `the patch does not apply: ${firstLine(problem)}`);
    const result = await sandbox.run({
      argv: ["bash", `${INSIDE.tests}/test.sh`],
      cwd: task.workdir,
      env: task.verifierEnv,
      timeoutMs: task.verifierTimeoutMs,
    });
    const log = `${Buffer.from(result.stdout).toString("utf8")}${Buffer.from(result.stderr).toString("utf8")}`;
    if (result.timedOut) return finish(0, `the tests ran past ${task.verifierTimeoutMs / 1000} s`, log);
    // A reward that was left before the tests were killed is the word of whoever killed them.
    if (result.exitCode === undefined) return finish(0, `the tests were killed by ${result.signal}`, log);
    const reward = await readReward(sandbox);
    if (reward === undefined) return finish(0, "the tests left no reward", log);
    return finish(reward, reward >= 1 ? "all hidden tests passed" : "hidden tests failed", log);
  } catch (error) {
    if (!(error instanceof SandboxError) || (error.code !== "ended" && error.code !== "refused")) throw error;
    return finish(0, `the tested code broke its sandbox: ${error.message}`);
  } finally {
    await sandbox.stop();
  }
}

/** A single number from `reward.txt`, or the mean of the named numbers in `reward.json`. */
async function readReward(sandbox: Sandbox): Promise<number | undefined> {
  const files = await sandbox.copyOut(`${INSIDE.logs}/verifier`, {
    maxFiles: 100,
    maxBytes: 4 * 1024 * 1024,
  });
  const text = (name: string) => {
    const entry = files.get(name);
    return entry && Buffer.from(entry.content).toString("utf8").trim();
  };
  const plain = text("reward.txt");
  if (plain !== undefined) return finite(plain === "" ? Number.NaN : Number(plain));
  try {
    const values = Object.values(JSON.parse(text("reward.json") ?? "{}") as object).map(Number);
    return finite(values.reduce((sum, value) => sum + value, 0) / values.length);
  } catch {
    return undefined;
  }
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
