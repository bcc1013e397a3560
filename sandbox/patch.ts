import { INSIDE, type Sandbox, SandboxError } from "./contract.ts";

/** A git patch as bytes. It is data: only `applyPatch`, inside another sandbox, ever interprets it. */
export type Patch = Uint8Array;

const TIMEOUT_MS = 60_000;
const REPOSITORY = `${INSIDE.state}/baseline.git`;
const PATCH_FILE = `${INSIDE.state}/patch.diff`;

/** Nothing of a home, a system or the workspace configures git. */
const ENVIRONMENT = {
  GIT_DIR: REPOSITORY,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
};

const EXCLUDED = ["__pycache__/", "*.pyc", ".pytest_cache/", "node_modules/", ".DS_Store"];

/**
 * Remembers the workspace as it is, before the agent starts. The memory lies in the agent's reach; tampering with it
 * changes nothing but the agent's own patch, which it is free to choose anyway.
 */
export async function rememberBaseline(sandbox: Sandbox, workspace: string): Promise<void> {
  await git(sandbox, workspace, [
    "git init --quiet",
    `printf '%s\\n' ${EXCLUDED.map(quote).join(" ")} > ${REPOSITORY}/info/exclude`,
    // Bytes are kept as they are, whatever a .gitattributes in the workspace says.
    `echo '* -text -ident -filter -working-tree-encoding' > ${REPOSITORY}/info/attributes`,
    "git add --all --force .",
    `git write-tree > ${REPOSITORY}/base`,
  ]);
}

/**
 * What has changed in the workspace since `rememberBaseline`, without caches that tools leave behind; empty when
 * nothing has. Undefined when it is larger than `maxBytes` or can't be made.
 */
export async function makePatch(
  sandbox: Sandbox,
  workspace: string,
  maxBytes: number,
): Promise<Patch | undefined> {
  const script = [
    "git add --all .",
    `git diff --cached --binary --full-index --no-renames --no-color --no-ext-diff --no-textconv "$(cat ${REPOSITORY}/base)"`,
  ];
  const result = await sandbox.run({
    argv: ["bash", "-ec", script.join("\n")],
    cwd: workspace,
    env: { ...ENVIRONMENT, GIT_WORK_TREE: workspace },
    timeoutMs: TIMEOUT_MS,
    outputBytes: maxBytes,
  });
  return result.exitCode === 0 && !result.truncated ? result.stdout : undefined;
}

/**
 * Applies a patch to a pristine workspace, but for paths matching one of the `except` globs, which stay as they are.
 * Returns undefined on success, else what git said. Globs are git's: `*` also matches `/`.
 */
export async function applyPatch(
  sandbox: Sandbox,
  workspace: string,
  patch: Patch,
  except: readonly string[] = [],
): Promise<string | undefined> {
  if (patch.length === 0) return undefined;
  const directory = PATCH_FILE.slice(0, PATCH_FILE.lastIndexOf("/"));
  await sandbox.copyIn(directory, new Map([["patch.diff", { content: patch, executable: false }]]));
  const result = await sandbox.run({
    argv: ["git", "apply", "--whitespace=nowarn", ...except.map((glob) => `--exclude=${glob}`), PATCH_FILE],
    cwd: workspace,
    env: { ...ENVIRONMENT, GIT_DIR: "/nonexistent" },
    timeoutMs: TIMEOUT_MS,
  });
  if (result.exitCode === 0) return undefined;
  return text(result.stderr).trim() || `git apply ended with ${result.exitCode ?? result.signal}`;
}

async function git(sandbox: Sandbox, workspace: string, script: readonly string[]): Promise<void> {
  const result = await sandbox.run({
    argv: ["bash", "-ec", script.join("\n")],
    cwd: workspace,
    env: { ...ENVIRONMENT, GIT_WORK_TREE: workspace },
    timeoutMs: TIMEOUT_MS,
  });
  if (result.exitCode === 0) return;
  const said = text(result.stderr).trim();
  throw new SandboxError(
    "image",
    `The workspace can't be recorded with git inside the sandbox: ${said || "git failed"}`,
  );
}

function quote(word: string): string {
  return `'${word}'`;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
