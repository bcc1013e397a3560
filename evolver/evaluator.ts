import type { Task } from "../benchmarks/task.ts";
import type { Gateway, Usage } from "../models/contract.ts";
import type { Engine, Limits, PreparedImage } from "../sandbox/contract.ts";
import type { Agent } from "./agent.ts";
import type { Config } from "./config.ts";
import { type EvaluationResult, evaluate } from "./evaluate.ts";

/** What evaluations of one campaign or replay have in common. */
export type Bench = {
  /** Label of everything made outside the campaign's directory. */
  readonly name: string;
  readonly config: Config;
  readonly engine: Engine;
  readonly gateway: Gateway;
  readonly images: ReadonlyMap<string, PreparedImage>;
};

export type EvaluationRequest = {
  readonly run: string;
  readonly agent: Agent;
  /** Stable name of the agent's code, for simulated models. */
  readonly tree: string;
  readonly task: Task;
  /** Tells repeated runs of the same pair apart; 0 in campaigns. */
  readonly repetition: number;
  /** How often this agent on this task has ended as an infrastructure error. */
  readonly earlierErrors: number;
  readonly signal: AbortSignal;
};

export type BookedEvaluation = EvaluationResult & { readonly usage: Usage; readonly recording: string };

/** How hard a task is for the simulated model. */
const DIFFICULTY = { easy: 0.2, medium: 0.5, hard: 0.8 } as const;

/** Evaluates an agent on a task within the campaign's limits, with the books closed at the end. */
export async function evaluateOn(bench: Bench, request: EvaluationRequest): Promise<BookedEvaluation> {
  const { config, gateway } = bench;
  const { run, agent, tree, task, signal } = request;
  const budget = { calls: config.limits.model_calls, tokens: config.limits.model_tokens };
  let recording = "";
  const model = gateway.open({
    run,
    role: "solver",
    budget,
    context: {
      seed: `${config.campaign.seed}/solve/${tree}/${task.id}/${request.repetition}`,
      kind: "solve",
      reference: referenceFiles(task),
      difficulty: DIFFICULTY[task.difficulty ?? "medium"],
    },
    record: (jsonLines) => {
      recording = jsonLines;
    },
    signal,
  });
  const result = await evaluate({
    engine: bench.engine,
    agent,
    task,
    image: imageOf(bench, task),
    limits: limitsFor(task, config),
    earlierErrors: request.earlierErrors,
    maxAgentMs: config.limits.evaluation_seconds * 1000,
    model,
    modelName: gateway.describe().solver.model,
    budget,
    maxPatchBytes: config.limits.patch_bytes,
    labels: { campaign: bench.name, run },
    signal,
  }).finally(() => model.close());
  return { ...result, usage: model.usage(), recording };
}

/** What the task asks for, but no more than the campaign allows. */
export function limitsFor(task: Task, { sandbox }: Config): Limits {
  return {
    cpus: Math.min(task.cpus, sandbox.cpus),
    memoryMb: Math.min(task.memoryMb, sandbox.memory_mb),
    diskMb: Math.min(task.diskMb, sandbox.disk_mb),
    pids: sandbox.pids,
  };
}

/** The limits of work on an agent's own code. */
export function ownLimits({ sandbox }: Config): Limits {
  return { cpus: sandbox.cpus, memoryMb: sandbox.memory_mb, diskMb: sandbox.disk_mb, pids: sandbox.pids };
}

function imageOf(bench: Bench, task: Task): PreparedImage {
  const image = bench.images.get(task.id);
  if (image === undefined) throw new Error(`the image of task ${task.id} was not prepared`);
  return image;
}

function referenceFiles(task: Task): ReadonlyMap<string, string> | undefined {
  const files = [...task.solution].flatMap(([path, { content }]) =>
    path.startsWith("files/")
      ? [[path.slice("files/".length), Buffer.from(content).toString("utf8")] as const]
      : [],
  );
  return files.length > 0 ? new Map(files) : undefined;
}
