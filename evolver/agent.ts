import { z } from "zod";
import { type Files, INSIDE } from "../sandbox/contract.ts";

/** What `agent.json` says; see docs/agent-contract.md. */
export type Manifest = {
  readonly name: string;
  readonly command: readonly string[];
  readonly check: readonly string[];
};

/** An agent: its code and how to start it. */
export type Agent = { readonly files: Files; readonly manifest: Manifest };

/** The directory is not an agent; the message says why. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  readonly code = "bad-manifest";
}

const argv = z.array(z.string().min(1).max(4096)).min(1).max(64);
const schema = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, "expected 1 to 64 letters, digits, '.', '_' or '-'"),
  command: argv,
  check: argv,
});

/** Reads an agent from its files. Throws `ManifestError`. */
export function readAgent(files: Files): Agent {
  const entry = files.get("agent.json");
  if (entry === undefined) {
    throw new ManifestError(`agent.json is missing. An agent needs {"name", "command", "check"} there.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(entry.content).toString("utf8"));
  } catch (error) {
    throw new ManifestError(`agent.json is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join(".") || "agent.json"}: ${issue.message}`,
    );
    throw new ManifestError(`agent.json is not valid: ${problems.join("; ")}`);
  }
  return { files, manifest: parsed.data };
}

/** The argument list inside a sandbox: words that name a file of the agent's are taken below `/agent`. */
export function resolveCommand(agent: Agent, words: readonly string[]): string[] {
  return words.map((word) => {
    const path = word.replace(/^(\.\/)+/, "");
    return agent.files.has(path) ? `${INSIDE.agent}/${path}` : word;
  });
}
