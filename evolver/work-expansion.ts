import type { AgentRecord } from "../archive/records.ts";
import { COUNTED_OUTCOMES } from "../archive/records.ts";
import { findRunFile, writeRunFile } from "../archive/run-files.ts";
import type { RunContext, RunModel, Usage } from "../models/contract.ts";
import type { Agent } from "./agent.ts";
import type { Campaign, WorkEnd } from "./campaign-parts.ts";
import type { DiagnosisInput } from "./diagnose.ts";
import { ownLimits } from "./evaluator.ts";
import { chooseEvidence } from "./evidence.ts";
import { type ExpansionResult, expand } from "./expand.ts";
import type { Lineage } from "./lineage.ts";
import { randomStream } from "./random.ts";

type Request = { readonly run: string; readonly number: number; readonly parent: number };

/** Makes one child of an agent, admits it to the archive or not, and writes down everything that came of it. */
export async function runExpansion(
  campaign: Campaign,
  lineage: Lineage,
  agents: (id: number) => Promise<Agent>,
  { run, number, parent }: Request,
): Promise<WorkEnd> {
  const { archive, config, gateway } = campaign;
  const startedAt = performance.now();
  const record = archive.agents.get(parent);
  if (record === undefined) throw new Error(`${run}: agent ${parent} is not in the archive`);
  const agent = await agents(parent);
  const evidence = gatherEvidence(campaign, record, number);
  const budget = { calls: config.limits.model_calls, tokens: config.limits.model_tokens };
  const recordings: string[] = [];
  const open = (role: "diagnoser" | "modifier", kind: RunContext["kind"]) => {
    const seed = `${config.campaign.seed}/${kind}/${record.tree}/${archive.expansions.before(parent, run)}`;
    return gateway.open({
      // Both models' calls belong to this run; the books tell them apart by their role.
      run: role === "diagnoser" ? `${run}.diagnosis` : run,
      role,
      budget,
      context: { seed, kind, reference: undefined, difficulty: undefined },
      record: (jsonLines) => recordings.push(jsonLines),
      signal: campaign.abort,
    });
  };
  const models = { diagnoser: open("diagnoser", "diagnose"), modifier: open("modifier", "self-improve") };
  const result = await expand({
    engine: campaign.engine,
    image: campaign.baseImage,
    limits: ownLimits(config),
    labels: { campaign: campaign.name, run },
    signal: campaign.abort,
    maxFiles: config.limits.agent_files,
    maxBytes: config.limits.agent_bytes,
    maxPatchBytes: config.limits.patch_bytes,
    timeoutMs: config.limits.self_modification_seconds * 1000,
    budget,
    agent,
    evidence,
    earlierErrors: archive.expansions.infrastructureErrors(parent),
    diagnoser: { model: models.diagnoser, name: gateway.describe().diagnoser.model },
    modifier: { model: models.modifier, name: gateway.describe().modifier.model },
  }).finally(() => Promise.all([models.diagnoser.close(), models.modifier.close()]));
  writeFiles(campaign.archive.directory, run, evidence, result, recordings);
  return finish(campaign, lineage, { run, parent: record, result, models, startedAt });
}

type Ending = {
  readonly run: string;
  readonly parent: AgentRecord;
  readonly result: ExpansionResult;
  readonly models: Readonly<Record<"diagnoser" | "modifier", RunModel>>;
  readonly startedAt: number;
};

async function finish(campaign: Campaign, lineage: Lineage, ending: Ending): Promise<WorkEnd> {
  const { archive, store } = campaign;
  const { run, parent, result } = ending;
  const usage = add(ending.models.diagnoser.usage(), ending.models.modifier.usage());
  const common = {
    proposal: result.diagnosis && JSON.stringify(result.diagnosis),
    promptTokens: usage.promptTokens,
    completionTokens: usage.completionTokens,
    costUsd: usage.costUsd,
    seconds: (performance.now() - ending.startedAt) / 1000,
  };
  const end = (
    outcome: "admitted" | "rejected" | "infrastructure-error" | "interrupted",
    rest: {
      child?: number;
      reason?: Extract<ExpansionResult, { outcome: "rejected" }>["reason"];
      detail: string;
    },
  ): WorkEnd => {
    archive.expansions.end(run, {
      at: campaign.now().toISOString(),
      outcome,
      child: rest.child,
      reason: rest.reason,
      detail: rest.detail,
      ...common,
    });
    if (rest.child !== undefined) lineage.add(rest.child, parent.id);
    lineage.endExpansion(parent.id, outcome);
    campaign.onEvent({
      kind: "expanded",
      run,
      parent: parent.id,
      child: rest.child,
      outcome,
      detail: rest.reason === undefined ? rest.detail : `${rest.reason}: ${rest.detail}`,
    });
    return { infrastructureError: outcome === "infrastructure-error" ? rest.detail : undefined };
  };
  if (result.outcome !== "passed") return end(result.outcome, result);

  const tree = await store.writeTree(result.agent.files);
  const summary = result.diagnosis?.summary ?? "self-modification";
  const at = campaign.now().toISOString();
  const commit = await store.commit(
    tree,
    parent.commit,
    commitMessage(summary, run, result.diagnosis?.proposal),
    at,
  );
  // From here on everything is synchronous up to the row, so that ids stay in the order of admission.
  const twin = archive.agents.withTree(tree);
  if (twin !== undefined)
    return end("rejected", { reason: "duplicate", detail: `its code is that of agent ${twin.id}` });
  const child = archive.agents.nextId();
  const outcome = archive.transaction(() => {
    archive.agents.add({
      id: child,
      parent: parent.id,
      depth: parent.depth + 1,
      commit,
      tree,
      name: result.agent.manifest.name,
      summary,
      createdAt: at,
    });
    return end("admitted", { child, detail: summary });
  });
  await store.setRef(child, commit);
  return outcome;
}

/** The evidence rules over the parent's evaluations; only what is public goes to the diagnoser. */
function gatherEvidence(
  { archive, config, tasks }: Campaign,
  parent: AgentRecord,
  number: number,
): Omit<DiagnosisInput, "files"> {
  const counted = archive.evaluations
    .ofAgent(parent.id)
    .filter(({ outcome }) => (COUNTED_OUTCOMES as readonly (string | undefined)[]).includes(outcome));
  const transcript = (run: string) => findRunFile(archive.directory, run, "transcript.log");
  const evidence = chooseEvidence(
    counted,
    (run) => /context (length|window|overflow|size)/i.test(transcript(run) ?? ""),
    randomStream(config.campaign.seed, number, "evidence"),
  );
  const { evaluation } = evidence;
  return {
    evidence,
    instruction: evaluation && tasks.get(evaluation.task)?.instruction,
    transcript: evaluation && transcript(evaluation.run),
    patch: evaluation && findRunFile(archive.directory, evaluation.run, "patch.diff"),
    outcome: evaluation?.outcome,
  };
}

function writeFiles(
  directory: string,
  run: string,
  evidence: Omit<DiagnosisInput, "files">,
  result: ExpansionResult,
  recordings: readonly string[],
): void {
  const { focus, evaluation } = evidence.evidence;
  writeRunFile(
    directory,
    run,
    "evidence.json",
    JSON.stringify({ focus, run: evaluation?.run, task: evaluation?.task }),
  );
  writeRunFile(directory, run, "calls.jsonl", recordings.join(""));
  if (result.modification) writeRunFile(directory, run, "transcript.log", result.modification.transcript);
  if (result.modification?.patch) writeRunFile(directory, run, "patch.diff", result.modification.patch);
  if ("detail" in result) writeRunFile(directory, run, "admission.log", result.detail);
}

function commitMessage(summary: string, run: string, proposal: string | undefined): string {
  return [summary, proposal ?? "", `Expansion: ${run}`].filter(Boolean).join("\n\n");
}

function add(a: Usage, b: Usage): Pick<Usage, "promptTokens" | "completionTokens" | "costUsd"> {
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    costUsd: a.costUsd === undefined || b.costUsd === undefined ? undefined : a.costUsd + b.costUsd,
  };
}
