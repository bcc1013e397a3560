import { writeRunFile } from "../archive/run-files.ts";
import type { Agent } from "./agent.ts";
import type { Campaign, WorkEnd } from "./campaign-parts.ts";
import { evaluateOn } from "./evaluator.ts";
import type { Lineage } from "./lineage.ts";

/** Evaluates one agent on one task and writes down everything that came of it. */
export async function runEvaluation(
  campaign: Campaign,
  lineage: Lineage,
  agents: (id: number) => Promise<Agent>,
  { run, agent, task }: { readonly run: string; readonly agent: number; readonly task: string },
): Promise<WorkEnd> {
  const { archive } = campaign;
  const record = archive.agents.get(agent);
  const content = campaign.tasks.get(task);
  if (record === undefined || content === undefined)
    throw new Error(`${run}: agent ${agent} or task ${task} is not known`);
  const result = await evaluateOn(campaign, {
    run,
    agent: await agents(agent),
    tree: record.tree,
    task: content,
    repetition: 0,
    earlierErrors: archive.evaluations.infrastructureErrors(agent, task),
    signal: campaign.abort,
  });
  const { directory } = archive;
  writeRunFile(directory, run, "calls.jsonl", result.recording);
  if (result.agent) writeRunFile(directory, run, "transcript.log", result.agent.transcript);
  if (result.agent?.patch) writeRunFile(directory, run, "patch.diff", result.agent.patch);
  if (result.grade) writeRunFile(directory, run, "grader.log", result.grade.log);
  archive.evaluations.end(run, {
    at: campaign.now().toISOString(),
    outcome: result.outcome,
    reward: result.reward,
    detail: result.detail,
    promptTokens: result.usage.promptTokens,
    completionTokens: result.usage.completionTokens,
    costUsd: result.usage.costUsd,
    agentSeconds: result.agent?.seconds,
    graderSeconds: result.grade?.seconds,
  });
  lineage.endEvaluation(agent, task, result.outcome);
  campaign.onEvent({ kind: "evaluated", run, agent, task, outcome: result.outcome, detail: result.detail });
  return { infrastructureError: result.outcome === "infrastructure-error" ? result.detail : undefined };
}
