import type { RunBudget, RunModel } from "../models/contract.ts";
import {
  type Engine,
  type Files,
  INSIDE,
  type Limits,
  type PreparedImage,
  type Sandbox,
  SandboxError,
} from "../sandbox/contract.ts";
import { makePatch, type Patch, rememberBaseline } from "../sandbox/patch.ts";
import { type Agent, resolveCommand } from "./agent.ts";

/** The one primitive: an agent, a workspace, an instruction. */
export type AgentJob = {
  readonly engine: Engine;
  readonly agent: Agent;
  readonly kind: "solve" | "self-improve";
  readonly instruction: string;
  readonly image: PreparedImage;
  /** Absolute path inside. */
  readonly workspace: string;
  /** Undefined: the image brings the workspace. */
  readonly files: Files | undefined;
  readonly limits: Limits;
  readonly timeoutMs: number;
  readonly model: RunModel;
  readonly modelName: string;
  readonly budget: RunBudget;
  readonly maxPatchBytes: number;
  readonly labels: { readonly campaign: string; readonly run: string };
  readonly signal: AbortSignal | undefined;
};

export type AgentEnd = {
  /** Undefined when there is none: too large, or the sandbox is gone. Empty when nothing changed. */
  readonly patch: Patch | undefined;
  /** How the agent's process ended. */
  readonly end: "exited" | "failed" | "timed-out" | "sandbox-ended";
  /** One line for people. */
  readonly detail: string;
  /** What the agent printed, both streams in the order of arrival. */
  readonly transcript: string;
  readonly seconds: number;
};

/** By the agent contract: the agent ended in order because one of its own limits was reached. */
const LIMIT_EXIT_CODE = 3;
const MAX_TRANSCRIPT_BYTES = 4 * 1024 * 1024;

/**
 * Runs an agent on a workspace and returns what it left: a patch, a transcript, an end. Whatever the agent does is an
 * answer; throws `SandboxError` only for faults of the engine or the image, or when aborted.
 */
export async function runAgent(job: AgentJob): Promise<AgentEnd> {
  const startedAt = performance.now();
  const transcript: Uint8Array[] = [];
  const finish = (patch: Patch | undefined, end: AgentEnd["end"], detail: string): AgentEnd => ({
    patch,
    end,
    detail,
    transcript: Buffer.concat(transcript).toString("utf8"),
    seconds: (performance.now() - startedAt) / 1000,
  });
  const sandbox = await job.engine.start({
    image: job.image,
    limits: job.limits,
    workspace: job.workspace,
    files: job.files,
    mounts: [{ path: INSIDE.agent, files: job.agent.files }],
    model: (request) => job.model.handle(request),
    labels: job.labels,
    signal: job.signal,
  });
  try {
    await rememberBaseline(sandbox, job.workspace);
    const result = await start(sandbox, job, (chunk) => transcript.push(chunk));
    const patch = await makePatch(sandbox, job.workspace, job.maxPatchBytes);
    const tooLarge =
      patch === undefined ? `; its patch can't be had or is larger than ${job.maxPatchBytes} bytes` : "";
    if (result.timedOut)
      return finish(patch, "timed-out", `stopped after ${job.timeoutMs / 1000} s${tooLarge}`);
    if (result.exitCode === 0) return finish(patch, "exited", `exit code 0${tooLarge}`);
    if (result.exitCode === LIMIT_EXIT_CODE)
      return finish(patch, "exited", `stopped at a limit of its own${tooLarge}`);
    const how = result.exitCode === undefined ? `killed by ${result.signal}` : `exit code ${result.exitCode}`;
    return finish(patch, "failed", `${how}${tooLarge}`);
  } catch (error) {
    if (!(error instanceof SandboxError) || (error.code !== "ended" && error.code !== "refused")) throw error;
    return finish(undefined, "sandbox-ended", `the sandbox ended: ${error.message}`);
  } finally {
    await sandbox.stop();
  }
}

async function start(sandbox: Sandbox, job: AgentJob, print: (chunk: Uint8Array) => void) {
  const task = {
    kind: job.kind,
    instruction: job.instruction,
    workspace: job.workspace,
    deadline: new Date(Date.now() + job.timeoutMs).toISOString(),
    limits: job.budget,
  };
  const content = Buffer.from(JSON.stringify(task));
  await sandbox.copyIn(INSIDE.state, new Map([["task.json", { content, executable: false }]]));
  return sandbox.run({
    argv: resolveCommand(job.agent, job.agent.manifest.command),
    cwd: job.workspace,
    env: agentEnvironment(job.modelName),
    timeoutMs: job.timeoutMs,
    outputBytes: MAX_TRANSCRIPT_BYTES,
    onOutput: (_stream, chunk) => print(chunk),
  });
}

/** What an agent finds in its environment besides the basics of every sandbox. */
export function agentEnvironment(modelName: string): Record<string, string> {
  return {
    EVOLVER_TASK: `${INSIDE.state}/task.json`,
    OPENAI_BASE_URL: INSIDE.modelBaseUrl,
    OPENAI_API_KEY: "evolver",
    OPENAI_MODEL: modelName,
  };
}
