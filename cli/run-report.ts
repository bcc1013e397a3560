import { ArchiveError } from "../archive/database.ts";
import type { ModelCallRecord } from "../archive/model-calls-table.ts";
import type { EvaluationRecord, ExpansionRecord } from "../archive/records.ts";
import { type RunFile, readRunFile } from "../archive/run-files.ts";
import { readConversation, type Turn } from "./conversation.ts";
import { UsageError } from "./exit.ts";
import { type Proposal, readProposal } from "./proposal.ts";
import type { OpenedCampaign } from "./read-campaign.ts";
import { parseJson } from "./read-message.ts";

/** A run's row: an evaluation `e12`, or an expansion `x3`. */
export type RunRecord =
  | (EvaluationRecord & { readonly kind: "evaluation" })
  | (Omit<ExpansionRecord, "proposal"> & {
      readonly kind: "expansion";
      readonly proposal: Proposal | undefined;
    });

/** A run with all it left behind; `evolver log <run> --json` prints it as it is. */
export type RunReport = RunRecord & {
  readonly simulated: boolean;
  /** What the agent printed. Undefined here and below: the run left none. */
  readonly transcript: string | undefined;
  readonly patch: string | undefined;
  /** What the hidden tests printed; for an expansion, why it was not admitted. */
  readonly graderLog: string | undefined;
  /** For an expansion: what it was to be about, and the run which showed that. */
  readonly evidence: unknown;
  /** The books: every request to a model. */
  readonly calls: readonly ModelCallRecord[];
  /** Read only when asked for. */
  readonly conversation: readonly Turn[] | undefined;
};

/** All runs in the order of their starts. */
export function allRuns({ archive }: OpenedCampaign): readonly RunRecord[] {
  const runs = [
    ...archive.evaluations.all().map(evaluationRun),
    ...archive.expansions.all().map(expansionRun),
  ];
  return runs.sort((a, b) => (a.decision === b.decision ? 0 : a.decision - b.decision));
}

/** Gathers what a run left. Throws `UsageError` for a run there is not, `ArchiveError` for files that can't be read. */
export function runReport(opened: OpenedCampaign, run: string, withConversation: boolean): RunReport {
  const { archive, directory } = opened;
  const record = findRun(opened, run);
  const file = (name: RunFile) => readFile(directory, run, name);
  const isEvaluation = record.kind === "evaluation";
  const evidence = file("evidence.json");
  return {
    ...record,
    simulated: archive.campaign.get()?.simulated === true,
    transcript: file("transcript.log"),
    patch: file("patch.diff"),
    graderLog: file(isEvaluation ? "grader.log" : "admission.log"),
    evidence: evidence === undefined ? undefined : parseJson(evidence),
    calls: isEvaluation
      ? archive.modelCalls.ofRun(run)
      : [...archive.modelCalls.ofRun(`${run}.diagnosis`), ...archive.modelCalls.ofRun(run)],
    conversation: withConversation ? readConversation(file("calls.jsonl") ?? "") : undefined,
  };
}

function findRun({ archive }: OpenedCampaign, run: string): RunRecord {
  const [, kind] = /^([ex])[1-9]\d{0,8}$/.exec(run) ?? [];
  const evaluation = kind === "e" ? archive.evaluations.get(run) : undefined;
  if (evaluation !== undefined) return evaluationRun(evaluation);
  const expansion = kind === "x" ? archive.expansions.get(run) : undefined;
  if (expansion !== undefined) return expansionRun(expansion);
  throw new UsageError(
    `There is no run ${run}; expected an evaluation such as e1 or an expansion such as x1. "evolver log" lists them.`,
  );
}

function evaluationRun(record: EvaluationRecord): RunRecord {
  return { kind: "evaluation", ...record };
}

function expansionRun(record: ExpansionRecord): RunRecord {
  return { kind: "expansion", ...record, proposal: readProposal(record.proposal) };
}

function readFile(directory: string, run: string, name: RunFile): string | undefined {
  try {
    return readRunFile(directory, run, name);
  } catch (error) {
    throw new ArchiveError(
      "damaged",
      `${directory}/runs/${run}/${name}.gz can't be read: ${(error as Error).message}. Restore a copy of the campaign.`,
      { cause: error },
    );
  }
}
