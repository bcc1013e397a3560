import type { EvaluationOutcome } from "../archive/records.ts";
import { type Grade, grade } from "../benchmarks/grade.ts";
import type { Task } from "../benchmarks/task.ts";
import type { RunEnd } from "../models/contract.ts";
import { SandboxError } from "../sandbox/contract.ts";
import { type AgentEnd, type AgentJob, runAgent } from "./run-agent.ts";

export type EvaluationResult = {
  readonly outcome: EvaluationOutcome;
  readonly reward: number | undefined;
  /** One line for people. */
  readonly detail: string;
  readonly agent: AgentEnd | undefined;
  readonly grade: Grade | undefined;
};

export type EvaluationJob = Omit<AgentJob, "kind" | "instruction" | "workspace" | "files" | "timeoutMs"> & {
  readonly task: Task;
  readonly maxAgentMs: number;
  /** How often this agent on this task has ended as an infrastructure error. */
  readonly earlierErrors: number;
};

/**
 * Runs an agent on a task and grades what it left in a fresh sandbox. Never throws for what the agent, the engine or
 * the model did: every end has its outcome.
 */
export async function evaluate(job: EvaluationJob): Promise<EvaluationResult> {
  const { task } = job;
  let agent: AgentEnd | undefined;
  try {
    agent = await runAgent({
      ...job,
      kind: "solve",
      instruction: task.instruction,
      workspace: task.workdir,
      files: task.workspace,
      timeoutMs: Math.min(task.agentTimeoutMs, job.maxAgentMs),
    });
    const ended = job.model.ended();
    if (isInfrastructure(ended, job.earlierErrors)) {
      const detail = job.model.reason() ?? ended;
      return { outcome: "infrastructure-error", reward: undefined, detail, agent, grade: undefined };
    }
    if (agent.patch === undefined || agent.patch.length === 0) {
      return {
        outcome: withoutWork(agent, ended),
        reward: 0,
        detail: describe(agent, job),
        agent,
        grade: undefined,
      };
    }
    const graded = await grade(task, agent.patch, job);
    const outcome = graded.reward >= 1 ? "solved" : withoutSuccess(agent, ended);
    return {
      outcome,
      reward: graded.reward,
      detail: `${graded.detail}; ${describe(agent, job)}`,
      agent,
      grade: graded,
    };
  } catch (error) {
    return { ...fault(error), reward: undefined, agent, grade: undefined };
  }
}

/** After so many runs which the server's own errors ended, an agent is judged by what it left: it may provoke them. */
const MODEL_ERRORS_FORGIVEN = 2;

/** Whether what the model's server did makes a run void; see docs/decisions/0005-what-counts.md. */
export function isInfrastructure(
  ended: RunEnd | undefined,
  earlierErrors: number,
): ended is "model-unreachable" | "model-error" {
  return ended === "model-unreachable" || (ended === "model-error" && earlierErrors < MODEL_ERRORS_FORGIVEN);
}

/** An engine's fault as an outcome: tried again, never counted. Rethrows what is not one. */
export function fault(error: unknown): { outcome: "interrupted" | "infrastructure-error"; detail: string } {
  if (!(error instanceof SandboxError)) throw error;
  return {
    outcome: error.code === "aborted" ? "interrupted" : "infrastructure-error",
    detail: error.message,
  };
}

function withoutWork(agent: AgentEnd, ended: RunEnd | undefined): EvaluationOutcome {
  if (agent.patch === undefined && agent.end === "exited") return "crashed";
  const outcome = withoutSuccess(agent, ended);
  return outcome === "unsolved" ? "empty-patch" : outcome;
}

/** The most telling reason why a task is not solved. */
function withoutSuccess(agent: AgentEnd, ended: RunEnd | undefined): EvaluationOutcome {
  if (ended === "over-budget") return "over-budget";
  switch (agent.end) {
    case "timed-out":
      return "timed-out";
    case "failed":
    case "sandbox-ended":
      return "crashed";
    case "exited":
      return "unsolved";
  }
}

function describe(agent: AgentEnd, job: EvaluationJob): string {
  const reason = job.model.reason();
  return reason === undefined ? agent.detail : `${agent.detail}; ${reason}`;
}
