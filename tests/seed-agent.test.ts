import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  calls,
  fails,
  type ReceivedRequest,
  type ScriptedReply,
  says,
  serveScript,
} from "./scripted-model.ts";

const SEED = join(import.meta.dirname, "../agents/seed");
const PYTHON = join(import.meta.dirname, "../examples/python-agent");

const root = mkdtempSync(join(tmpdir(), "agent-test-"));
afterAll(() => rmSync(root, { recursive: true }));

describe.concurrent.each([
  {
    name: "seed",
    directory: SEED,
    write: (path: string, content: string) => calls("edit", { action: "create", path, content }),
  },
  {
    name: "python-agent",
    directory: PYTHON,
    write: (path: string, content: string) => calls("write_file", { path, content }),
  },
])("$name", ({ directory, write }) => {
  test("passes its own check", async () => {
    const { exitCode, stdout } = await check(directory);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "check: ok\n" });
    expect(existsSync(join(directory, "__pycache__"))).toBe(false);
  });

  test("passes the contract run: one call, nothing to do, exit code 0", async () => {
    const { exitCode, requests } = await solve(directory, [says("Nothing to do.")]);
    expect(exitCode).toBe(0);
    expect(requests).toHaveLength(1);
  });

  test("solves a task: looks, writes, ends", async () => {
    const { exitCode, requests, stdout, workspace } = await solve(
      directory,
      [
        calls("bash", { command: "pwd; cat greet.txt; ls missing" }),
        write("sub/greet.txt", "hello\n"),
        says("Corrected the greeting."),
      ],
      { files: { "greet.txt": "hullo\n" } },
    );
    expect(exitCode).toBe(0);
    expect(readFileSync(join(workspace, "sub/greet.txt"), "utf8")).toBe("hello\n");
    expect(stdout).toContain("Corrected the greeting.");

    expect(requests[0]).toMatchObject({
      path: "/v1/chat/completions",
      authorization: "Bearer dummy",
      body: { model: "scripted", tool_choice: "auto", messages: [{ role: "system" }, { role: "user" }] },
    });
    expect(requests[0]?.body.messages[1].content).toContain("Fix the greeting.");
    expect(requests[0]?.body.tools[0]).toMatchObject({
      type: "function",
      function: { name: "bash", parameters: { required: ["command"] } },
    });
    const result = toolResult(requests[1]);
    expect(result).toContain(`${workspace}\nhullo\n`);
    expect(result).toMatch(/No such file.*\n\[exit code 2\]$/);
    expect(requests[2]?.body.messages).toHaveLength(6);
  });

  test("tells the model about tool calls that can't be run, and goes on", async () => {
    const { exitCode, requests } = await solve(directory, [
      calls("browse", { url: "http://example.com" }),
      calls("bash", {}),
      calls("bash", '{"command": "ls'),
      calls("bash", '["ls"]'),
      says("I give up."),
    ]);
    expect(exitCode).toBe(0);
    expect(toolResult(requests[1])).toContain("Error: there is no tool browse, only bash");
    expect(toolResult(requests[2])).toMatch(/^Error: .*command/);
    expect(toolResult(requests[3])).toContain("not a JSON object");
    expect(toolResult(requests[4])).toMatch(/^Error: /);
    // vLLM refuses a history with arguments that do not parse.
    for (const message of requests[4]?.body.messages ?? []) {
      for (const call of message.tool_calls ?? []) JSON.parse(call.function.arguments);
    }
  });

  test("keeps the start and the end of long output", async () => {
    const { requests } = await solve(directory, [
      calls("bash", { command: "seq 1 200000; exit 3" }),
      says("Long."),
    ]);
    const result = toolResult(requests[1]);
    expect(result.length).toBeLessThan(4_200);
    expect(result).toMatch(/^1\n2\n3\n/);
    expect(result).toMatch(/\n\[1284895 characters left out\]\n[\s\S]*\n199999\n200000\n\[exit code 3\]$/);
  });

  test("does not wait for what a command leaves running, and ends it", async () => {
    const { exitCode, durationMs, workspace } = await solve(directory, [
      calls("bash", { command: "(sleep 0.5; touch late; sleep 60) & setsid sleep 8 & echo started" }),
      calls("bash", { command: "sleep 0.8" }),
      says("Started."),
    ]);
    expect(exitCode).toBe(0);
    expect(durationMs).toBeLessThan(6_000);
    expect(existsSync(join(workspace, "late"))).toBe(false);
  });

  test("stops with 3 when the budget is spent, without another call", async () => {
    const { exitCode, requests, stdout, workspace } = await solve(directory, [
      write("half.txt", "half"),
      fails(429, { code: "budget_exceeded", message: "40 of 40 calls are used" }),
    ]);
    expect(exitCode).toBe(3);
    expect(requests).toHaveLength(2);
    expect(stdout).toContain("stop: budget");
    expect(existsSync(join(workspace, "half.txt"))).toBe(true);
  });

  test("tries again when the server is busy or gone", async () => {
    const { exitCode, requests } = await solve(directory, [
      fails(429, { code: "rate_limit_exceeded", message: "slow down" }),
      "close the connection",
      says("Nothing to do."),
    ]);
    expect(exitCode).toBe(0);
    expect(requests).toHaveLength(3);
  });

  test("tries again when the server breaks", async () => {
    const { exitCode } = await solve(directory, [fails(500, { message: "boom" }), says("Nothing to do.")]);
    expect(exitCode).toBe(0);
  });

  test("fails with 1 and the server's words when the request is refused", async () => {
    const { exitCode, requests, stderr } = await solve(directory, [
      fails(400, { message: "model does not support tools" }),
    ]);
    expect(exitCode).toBe(1);
    expect(requests).toHaveLength(1);
    expect(stderr).toContain("model does not support tools");
  });

  test.each([
    ["OpenAI", 400, { code: "context_length_exceeded", message: "Your input exceeds the context window" }],
    [
      "vLLM",
      400,
      { message: "This model's maximum context length is 4096 tokens. However, you requested 5000" },
    ],
    [
      "llama.cpp",
      400,
      { message: "request exceeds the available context size", type: "exceed_context_size_error" },
    ],
    ["older llama.cpp", 500, { message: "Context size has been exceeded.", type: "server_error" }],
    ["Ollama", 500, { message: "the input length exceeds the context length" }],
  ])("stops with 3 when the context overflows as %s says it", async (_server, status, error) => {
    const { exitCode, requests, stdout } = await solve(directory, [fails(status, error)]);
    expect(exitCode).toBe(3);
    expect(requests).toHaveLength(1);
    expect(stdout).toContain("stop: context");
  });

  test("stops with 3 at its step limit", async () => {
    const { exitCode, requests, stdout } = await solve(directory, [write("again.txt", "again")]);
    expect(exitCode).toBe(3);
    expect(requests).toHaveLength(20);
    expect(stdout).toContain("stop: steps");
  });

  test("stops with 3 at the deadline while it waits for the model", async () => {
    const { exitCode, durationMs, stdout } = await solve(directory, ["never answer"], { secondsLeft: 1 });
    expect(exitCode).toBe(3);
    expect(stdout).toContain("stop: deadline");
    expect(durationMs).toBeLessThan(6_000);
  });

  test("stops with 3 at the deadline while a command runs", async () => {
    const { exitCode, durationMs, stdout } = await solve(
      directory,
      [calls("bash", { command: "sleep 60" })],
      {
        secondsLeft: 2,
      },
    );
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/killed after \d seconds[\s\S]*stop: deadline/);
    expect(durationMs).toBeLessThan(6_000);
  });
});

describe.concurrent("seed", () => {
  test("replaces a text that occurs once, and says what to do when it does not", async () => {
    const files = { "a.py": "x = 1\ny = 1\n" };
    const { requests } = await solve(
      SEED,
      [
        calls("edit", { action: "replace", path: "a.py", old: "1", new: "2" }),
        calls("edit", { action: "replace", path: "a.py", old: "z", new: "2" }),
        calls("edit", { action: "replace", path: "a.py", old: "y = 1", new: "y = '$&'" }),
        calls("edit", { action: "view", path: "a.py" }),
        calls("edit", { action: "view", path: "b.py" }),
        calls("edit", { action: "delete", path: "a.py" }),
        says("Done."),
      ],
      { files },
    );
    expect(toolResult(requests[1])).toMatch(/occurs 2 times. Add lines around it/);
    expect(toolResult(requests[2])).toMatch(/occurs 0 times. View the file/);
    expect(toolResult(requests[3])).toContain("Replaced 1 occurrence");
    expect(toolResult(requests[4])).toBe("x = 1\ny = '$&'\n");
    expect(toolResult(requests[5])).toMatch(/^Error: ENOENT/);
    expect(toolResult(requests[6])).toContain('action must be view, create or replace, not "delete"');
  });

  test("knows that it works on its own code", async () => {
    const { requests } = await solve(SEED, [says("Fine as it is.")], { kind: "self-improve" });
    expect(requests[0]?.body.messages[1].content).toMatch(/Fix the greeting.*\n[\s\S]*source code.*your own/);
  });

  test("runs from a copy of its directory alone, and its check fails when a tool is broken", async () => {
    const copy = join(mkdtempSync(join(root, "child-")), "agent");
    cpSync(SEED, copy, { recursive: true });
    expect((await check(copy)).exitCode).toBe(0);

    const tools = readFileSync(join(copy, "tools.ts"), "utf8");
    writeFileSync(join(copy, "tools.ts"), tools.replace("parts.join(replacement)", "parts.join(old)"));
    expect((await check(copy)).exitCode).toBe(1);

    writeFileSync(join(copy, "tools.ts"), tools.replace("export const TOOLS", "export const"));
    expect((await check(copy)).exitCode).toBe(1);
  });
});

type Run = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
};

/** Runs the agent on a task in a workspace of its own, with a model that plays the replies. */
async function solve(
  directory: string,
  replies: readonly ScriptedReply[],
  { kind = "solve", secondsLeft = 60, files = {} as Record<string, string> } = {},
): Promise<Run & { readonly requests: readonly ReceivedRequest[]; readonly workspace: string }> {
  const workspace = mkdtempSync(join(root, "workspace-"));
  for (const [path, content] of Object.entries(files)) writeFileSync(join(workspace, path), content);
  const deadline = new Date(Date.now() + secondsLeft * 1000).toISOString();
  const limits = { calls: 40, tokens: 200_000 };
  const task = { kind, instruction: "Fix the greeting.", workspace, deadline, limits };
  writeFileSync(`${workspace}.json`, JSON.stringify(task));
  const model = await serveScript(replies);
  try {
    const run = await start(directory, "command", workspace, {
      EVOLVER_TASK: `${workspace}.json`,
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: "dummy",
      OPENAI_MODEL: "scripted",
    });
    return { ...run, requests: model.requests, workspace };
  } finally {
    await model.close();
  }
}

/** Runs the agent's own check. */
function check(directory: string): Promise<Run> {
  return start(directory, "check", root, {});
}

/** Starts the agent as its manifest says, with the environment of a sandbox. */
function start(
  directory: string,
  key: "command" | "check",
  cwd: string,
  env: Record<string, string>,
): Promise<Run> {
  const manifest = JSON.parse(readFileSync(join(directory, "agent.json"), "utf8"));
  const argv: string[] = manifest[key].map((part: string) =>
    existsSync(join(directory, part)) ? join(directory, part) : part,
  );
  const startedAt = Date.now();
  const child = spawn(argv[0]!, argv.slice(1), {
    cwd,
    env: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: root,
      TMPDIR: root,
      LANG: "C.UTF-8",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) =>
      resolve({ exitCode, stdout, stderr, durationMs: Date.now() - startedAt }),
    );
  });
}

/** The last tool result in a request: what the model was shown. */
function toolResult(request: ReceivedRequest | undefined): string {
  const message = request?.body.messages.at(-1);
  expect(message).toMatchObject({ role: "tool", tool_call_id: expect.stringMatching(/./) });
  return message.content;
}
