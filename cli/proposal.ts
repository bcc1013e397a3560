import { z } from "zod";
import { parseJson } from "./read-message.ts";

const schema = z.object({ problem: z.string(), proposal: z.string(), summary: z.string() });

/** What the diagnoser found and proposed. */
export type Proposal = z.output<typeof schema>;

/** Reads an expansion's proposal from its row; undefined when the expansion came to none. */
export function readProposal(column: string | undefined): Proposal | undefined {
  return column === undefined ? undefined : schema.safeParse(parseJson(column)).data;
}
