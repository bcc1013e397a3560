import type { RejectionReason } from "../archive/records.ts";
import type { RunModel } from "../models/contract.ts";
import { type Admission, type AdmissionOptions, admit } from "./admit.ts";
import type { Agent } from "./agent.ts";
import {
  DIAGNOSIS_TRIES,
  type Diagnosis,
  type DiagnosisInput,
  diagnose,
  selfModificationInstruction,
} from "./diagnose.ts";
import { fault, isInfrastructure } from "./evaluate.ts";
import { type AgentEnd, type AgentJob, runAgent } from "./run-agent.ts";

export type ExpansionJob = AdmissionOptions &
  Pick<AgentJob, "agent" | "budget" | "maxPatchBytes" | "timeoutMs"> & {
    /** How often expansions of this parent have ended as infrastructure errors. */
    readonly earlierErrors: number;
    readonly evidence: Omit<DiagnosisInput, "files">;
    readonly diagnoser: { readonly model: RunModel; readonly name: string };
    readonly modifier: { readonly model: RunModel; readonly name: string };
  };

export type ExpansionResult = {
  readonly diagnosis: Diagnosis | undefined;
  readonly modification: AgentEnd | undefined;
} & (
  | { readonly outcome: "passed"; readonly agent: Agent }
  | { readonly outcome: "rejected"; readonly reason: RejectionReason; readonly detail: string }
  | { readonly outcome: "infrastructure-error" | "interrupted"; readonly detail: string }
);

/**
 * Makes one child: a diagnosis of the parent from evidence, the parent rewriting its own code by it, and admission.
 * `passed` still has to be stored (and may turn out to be a copy of an existing agent). Never throws for what agents,
 * models or the engine did.
 */
export async function expand(job: ExpansionJob): Promise<ExpansionResult> {
  let diagnosis: Diagnosis | undefined;
  let modification: AgentEnd | undefined;
  const state = () => ({ diagnosis, modification });
  try {
    diagnosis = await diagnose(
      { files: job.agent.files, ...job.evidence },
      job.diagnoser.model,
      job.diagnoser.name,
    );
    const away = unreachable(job.diagnoser.model, job.earlierErrors);
    if (away) return { ...state(), ...away };
    if (job.signal?.aborted) return { ...state(), outcome: "interrupted", detail: "stopped" };
    if (diagnosis === undefined) {
      const { model } = job.diagnoser;
      const refused = model.usage().calls < DIAGNOSIS_TRIES;
      const why = refused ? "the model refused the question" : "no answer was the JSON asked for";
      const detail = model.reason() ?? why;
      return { ...state(), outcome: "rejected", reason: "no-diagnosis", detail };
    }
    modification = await runAgent({
      ...job,
      kind: "self-improve",
      instruction: selfModificationInstruction(diagnosis),
      workspace: "/workspace",
      files: job.agent.files,
      model: job.modifier.model,
      modelName: job.modifier.name,
    });
    const gone = unreachable(job.modifier.model, job.earlierErrors);
    if (gone) return { ...state(), ...gone };
    const { patch } = modification;
    if (patch === undefined)
      return { ...state(), outcome: "rejected", reason: "too-large", detail: modification.detail };
    if (patch.length === 0)
      return { ...state(), outcome: "rejected", reason: "no-change", detail: modification.detail };
    return { ...state(), ...passed(await admit(job.agent.files, patch, job)) };
  } catch (error) {
    return { ...state(), ...fault(error) };
  }
}

function unreachable(
  model: RunModel,
  earlierErrors: number,
): { outcome: "infrastructure-error"; detail: string } | undefined {
  const ended = model.ended();
  if (!isInfrastructure(ended, earlierErrors)) return undefined;
  return { outcome: "infrastructure-error", detail: model.reason() ?? ended };
}

function passed(admission: Admission) {
  if (admission.admitted) return { outcome: "passed", agent: admission.agent } as const;
  return { outcome: "rejected", reason: admission.reason, detail: admission.detail } as const;
}
