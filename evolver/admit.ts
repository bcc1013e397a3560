import type { RejectionReason } from "../archive/records.ts";
import {
  type Engine,
  type Files,
  INSIDE,
  type Limits,
  type ModelHandler,
  type PreparedImage,
  type Sandbox,
  SandboxError,
} from "../sandbox/contract.ts";
import { applyPatch, type Patch } from "../sandbox/patch.ts";
import { type Agent, ManifestError, readAgent, resolveCommand } from "./agent.ts";
import { agentEnvironment } from "./run-agent.ts";

export type Admission =
  | { readonly admitted: true; readonly agent: Agent }
  | { readonly admitted: false; readonly reason: RejectionReason; readonly detail: string };

export type AdmissionOptions = {
  readonly engine: Engine;
  readonly image: PreparedImage;
  readonly limits: Limits;
  readonly labels: { readonly campaign: string; readonly run: string };
  readonly signal: AbortSignal | undefined;
  readonly maxFiles: number;
  readonly maxBytes: number;
};

const WORKSPACE = "/workspace";
const CHECK_MS = 20_000;
const CONTRACT_RUN_MS = 30_000;

/**
 * The cheap, model-free gate before a child joins the archive: its patch applies to the parent, what results is a small
 * tree of regular files with a valid agent.json, `check` passes, and a trivial task against a scripted reply makes at
 * least one model call and ends with exit code 0. Throws `SandboxError` only for faults of the engine.
 */
export async function admit(parent: Files, patch: Patch, options: AdmissionOptions): Promise<Admission> {
  const child = await childFiles(parent, patch, options);
  if ("reason" in child) return { admitted: false, ...child };
  try {
    return await tryAgent(readAgent(child.files), options);
  } catch (error) {
    if (error instanceof ManifestError)
      return { admitted: false, reason: "bad-manifest", detail: error.message };
    throw error;
  }
}

type Rejection = { readonly reason: RejectionReason; readonly detail: string };

/** The child's files: the patch is interpreted in a sandbox, and the host takes regular files only. */
async function childFiles(
  parent: Files,
  patch: Patch,
  options: AdmissionOptions,
): Promise<{ files: Files } | Rejection> {
  const sandbox = await options.engine.start({
    ...options,
    workspace: WORKSPACE,
    files: parent,
    mounts: [],
    model: undefined,
  });
  try {
    const problem = await applyPatch(sandbox, WORKSPACE, patch);
    if (problem !== undefined) return { reason: "does-not-apply", detail: problem };
    return { files: await sandbox.copyOut(WORKSPACE, options) };
  } catch (error) {
    if (error instanceof SandboxError && error.code === "refused")
      return { reason: "too-large", detail: error.message };
    if (error instanceof SandboxError && error.code === "ended")
      return { reason: "does-not-apply", detail: error.message };
    throw error;
  } finally {
    await sandbox.stop();
  }
}

/** Runs an agent's `check` and its contract run; also the gate for the root. */
export async function tryAgent(agent: Agent, options: AdmissionOptions): Promise<Admission> {
  let calls = 0;
  const scripted: ModelHandler = async (request) => {
    if (new URL(request.url).pathname === "/v1/chat/completions") calls += 1;
    return scriptedReply(await request.text());
  };
  const sandbox = await options.engine.start({
    ...options,
    workspace: WORKSPACE,
    files: new Map([["README.md", { content: Buffer.from("A trivial workspace.\n"), executable: false }]]),
    mounts: [{ path: INSIDE.agent, files: agent.files }],
    model: scripted,
  });
  try {
    const check = await run(sandbox, resolveCommand(agent, agent.manifest.check), CHECK_MS);
    if (check !== undefined) return { admitted: false, reason: "check-failed", detail: check };
    await sandbox.copyIn(
      INSIDE.state,
      new Map([["task.json", { content: contractTask(), executable: false }]]),
    );
    const contract = await run(sandbox, resolveCommand(agent, agent.manifest.command), CONTRACT_RUN_MS);
    if (contract !== undefined) return { admitted: false, reason: "contract-run-failed", detail: contract };
    if (calls === 0) {
      return { admitted: false, reason: "contract-run-failed", detail: "it ended without calling the model" };
    }
    return { admitted: true, agent };
  } catch (error) {
    if (!(error instanceof SandboxError) || (error.code !== "ended" && error.code !== "refused")) throw error;
    return {
      admitted: false,
      reason: "contract-run-failed",
      detail: `it broke its sandbox: ${error.message}`,
    };
  } finally {
    await sandbox.stop();
  }
}

/** Undefined when the command ends with 0 in time, else what went wrong. */
async function run(
  sandbox: Sandbox,
  argv: readonly string[],
  timeoutMs: number,
): Promise<string | undefined> {
  const result = await sandbox.run({
    argv,
    timeoutMs,
    env: agentEnvironment("scripted"),
    outputBytes: 64 * 1024,
  });
  if (result.timedOut) return `${argv.join(" ")} ran past ${timeoutMs / 1000} s`;
  if (result.exitCode === 0) return undefined;
  const said = Buffer.from(result.stderr.length > 0 ? result.stderr : result.stdout).toString("utf8");
  return `${argv.join(" ")} ended with ${result.exitCode ?? result.signal}: ${said.trim().slice(-2_000)}`;
}

function contractTask(): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      kind: "solve",
      instruction: "There is nothing to do. Answer with one sentence and change nothing.",
      workspace: WORKSPACE,
      deadline: new Date(Date.now() + CONTRACT_RUN_MS).toISOString(),
      limits: { calls: 10, tokens: 100_000 },
    }),
  );
}

/** "Nothing to do.", streamed when asked so. */
function scriptedReply(body: string): Response {
  const common = { id: "scripted", created: 0, model: "scripted" };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const content = "Nothing to do.";
  if (!/"stream"\s*:\s*true/.test(body)) {
    const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
    return Response.json({ ...common, object: "chat.completion", choices, usage });
  }
  const choices = [{ index: 0, delta: { role: "assistant", content }, finish_reason: "stop" }];
  const chunk = JSON.stringify({ ...common, object: "chat.completion.chunk", choices, usage });
  return new Response(`data: ${chunk}\n\ndata: [DONE]\n\n`, {
    headers: { "content-type": "text/event-stream" },
  });
}
