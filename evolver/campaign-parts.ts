import type { AgentStore } from "../archive/agent-store.ts";
import type { Archive } from "../archive/archive.ts";
import type { EvaluationOutcome, ExpansionOutcome } from "../archive/records.ts";
import type { Task } from "../benchmarks/task.ts";
import type { PreparedImage } from "../sandbox/contract.ts";
import type { Bench } from "./evaluator.ts";
import type { Policy } from "./search.ts";

/** Everything a campaign works with. */
export type Campaign = Bench & {
  readonly archive: Archive;
  readonly store: AgentStore;
  readonly policy: Policy;
  /** The search's tasks by id. */
  readonly tasks: ReadonlyMap<string, Task>;
  /** The image in which agents work on their own code. */
  readonly baseImage: PreparedImage;
  /** Undefined when the engine and the models answer, else what is wrong; asked after infrastructure errors. */
  readonly ready: () => Promise<string | undefined>;
  readonly now: () => Date;
  readonly onEvent: (event: CampaignEvent) => void;
  /** Start nothing new, let what runs come to its end. */
  readonly drain: AbortSignal;
  /** End what runs too; it is tried again when the campaign goes on. */
  readonly abort: AbortSignal;
};

export type CampaignEvent =
  | { readonly kind: "started"; readonly run: string; readonly reason: string }
  | {
      readonly kind: "evaluated";
      readonly run: string;
      readonly agent: number;
      readonly task: string;
      readonly outcome: EvaluationOutcome;
      readonly detail: string;
    }
  | {
      readonly kind: "expanded";
      readonly run: string;
      readonly parent: number;
      readonly child: number | undefined;
      readonly outcome: ExpansionOutcome;
      readonly detail: string;
    }
  | { readonly kind: "waiting"; readonly seconds: number; readonly reason: string }
  | { readonly kind: "draining"; readonly runs: number };

/** What came of a piece of work; an infrastructure error makes the campaign wait before it starts more. */
export type WorkEnd = { readonly infrastructureError: string | undefined };
