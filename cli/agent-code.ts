import type { AgentFiles } from "../archive/agent-store.ts";
import { ArchiveError } from "../archive/database.ts";
import type { AgentRecord } from "../archive/records.ts";
import type { OpenedCampaign } from "./read-campaign.ts";

/** An agent's files. Throws `ArchiveError` `damaged` when the repository does not give them. */
export function agentFiles(opened: OpenedCampaign, agent: AgentRecord): Promise<AgentFiles> {
  return reading(opened, () => opened.store.files(agent.commit));
}

/** What differs from one agent's code to another's, as a unified diff or only its summary. Throws like `agentFiles`. */
export function agentDiff(
  opened: OpenedCampaign,
  from: AgentRecord,
  to: AgentRecord,
  options: { readonly stat?: boolean } = {},
): Promise<string> {
  return reading(opened, () => opened.store.diff(from.commit, to.commit, options));
}

async function reading<T>({ directory }: OpenedCampaign, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).trim().split("\n");
    throw new ArchiveError(
      "damaged",
      `${directory}/agents.git can't be read: ${first}. Restore a copy of the campaign directory.`,
      { cause: error },
    );
  }
}
