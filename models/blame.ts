import type { RunEnd } from "./contract.ts";

/** What a server has shown of itself since this process began. */
export type ServerRecord = {
  /** Calls it has answered well. */
  successes: number;
  /** By the work that failed with an error of the server's: `successes` at that moment. */
  readonly failures: Map<string, number>;
};

/** What the gateway or the settings decide, never an agent: the key, and the model's name. */
const SETTINGS = [401, 403, 404];
const REFUSED = [400, 413, 422];

/**
 * Whom a call's end is held against; undefined: nobody, or the agent, whose own request was wrong. A server that refuses
 * the key or the model, or has refused everything so far (a parser that is not switched on, a parameter it does not
 * know), is set up wrongly. An error of the server's may be provoked by the agent only if the server answered others
 * between two failures of the same work; else it is an outage.
 */
export function blame(
  record: ServerRecord,
  work: string,
  { status, end }: { readonly status: number; readonly end: RunEnd | undefined },
): RunEnd | undefined {
  if (status >= 200 && status < 300) record.successes += 1;
  if (REFUSED.includes(status) && record.successes === 0) return "model-unreachable";
  if (end !== "model-error") return end;
  if (SETTINGS.includes(status)) return "model-unreachable";
  const before = record.failures.get(work);
  record.failures.set(work, record.successes);
  return before !== undefined && record.successes > before ? "model-error" : "model-unreachable";
}
