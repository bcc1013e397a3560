import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AgentFiles, openAgentStore } from "../archive/agent-store.ts";
import { type Archive, openArchive } from "../archive/archive.ts";
import type { CountedOutcome, EvaluationOutcome } from "../archive/records.ts";
import { writeRunFile } from "../archive/run-files.ts";
import { checkConfig, formatConfig } from "../evolver/config.ts";

/** Text which a terminal would obey: it must never reach one. */
export const HOSTILE = "\x1b[2J\x1b]0;owned\x07\u009b31m\rover\u202Ewritten";

const AT = "2026-02-03T04:05:06.000Z";
const TASKS = ["py-one", "py-two", "js-three"];

/** What a campaign with one solved task in a clade of four agents looks like on disk; runs are e1 to e8 and x1 to x4. */
export async function writeSampleCampaign(directory: string): Promise<void> {
  const archive = openArchive(directory, "write");
  try {
    begin(directory, archive);
    await addAgent(directory, archive, undefined, "the root", "1");
    const run = evaluator(archive);
    for (const [index, task] of TASKS.entries()) run(0, task, index === 0 ? "solved" : "unsolved");
    await addAgent(directory, archive, 0, "Read before writing", "2");
    await addAgent(directory, archive, 0, `Show test output ${HOSTILE}`, "3");
    await addAgent(directory, archive, 1, "Retry", "4");
    run(1, "py-one", "solved");
    run(1, "py-two", "solved");
    run(1, "js-three", "timed-out");
    run(3, "py-one", "infrastructure-error");
    rejectExpansion(archive);
    const number = decide(archive, 3, "py-two");
    archive.evaluations.start(3, "py-two", number, AT);
    writeFiles(directory);
    archive.sessions.end(1, "2026-02-03T05:05:06.000Z", "stopped by the user");
  } finally {
    archive.close();
  }
}

/** A campaign that has begun and done nothing yet. */
export async function writeEmptyCampaign(directory: string): Promise<void> {
  const archive = openArchive(directory, "write");
  begin(directory, archive);
  await addAgent(directory, archive, undefined, "the root", "1");
  archive.close();
}

function begin(directory: string, archive: Archive): void {
  const config = checkConfig({ budget: { evaluations: 20 } }, "the test");
  writeFileSync(join(directory, "evolver.toml"), formatConfig(config));
  archive.campaign.create({
    name: "c0ffee00",
    createdAt: AT,
    seed: 1,
    suite: "starter",
    config: JSON.stringify(config),
    simulated: true,
  });
  archive.tasks.create(TASKS.map((id) => ({ id, digest: id, split: "search" })));
  archive.sessions.start(AT, 2, "bubblewrap");
}

async function addAgent(
  directory: string,
  archive: Archive,
  parent: number | undefined,
  summary: string,
  text: string,
): Promise<void> {
  const store = openAgentStore(directory);
  if (parent === undefined) await store.create();
  const above = parent === undefined ? undefined : archive.agents.get(parent);
  const tree = await store.writeTree(code(text));
  const commit = await store.commit(tree, above?.commit, summary, AT);
  const id = archive.agents.nextId();
  const record = {
    id,
    parent,
    depth: (above?.depth ?? -1) + 1,
    commit,
    tree,
    name: "seed",
    summary,
    createdAt: AT,
  };
  archive.agents.add(record);
  await store.setRef(id, commit);
  if (parent === undefined) return;
  const run = archive.expansions.start(parent, decide(archive, parent, undefined), AT);
  const proposal = { problem: `It fails. ${HOSTILE}`, proposal: `Change main.ts. ${HOSTILE}`, summary };
  archive.expansions.end(run, {
    ...USAGE,
    outcome: "admitted",
    child: id,
    reason: undefined,
    detail: summary,
    proposal: JSON.stringify(proposal),
    seconds: 12.5,
  });
}

const USAGE = { at: AT, promptTokens: 1000, completionTokens: 200, costUsd: 0 };

function code(text: string): AgentFiles {
  const file = (content: string, executable = false) => ({ content: Buffer.from(content), executable });
  return new Map([
    [
      "agent.json",
      file('{"name": "seed", "command": ["node", "main.ts"], "check": ["node", "main.ts", "--check"]}\n'),
    ],
    ["main.ts", file(`console.log(${text}); // ${text === "3" ? HOSTILE : ""}\n`)],
    ["lib/tool.sh", file("#!/bin/sh\n", true)],
  ]);
}

function decide(archive: Archive, agent: number, task: string | undefined): number {
  const number = archive.decisions.nextNumber();
  const kind = task === undefined ? "expand" : "evaluate";
  const reason = `${kind} ${agent}${task === undefined ? "" : ` on ${task}`}: drew .64`;
  archive.decisions.add({ number, at: AT, kind, agent, task, reason, detail: '{"draws":{}}' });
  return number;
}

function evaluator(archive: Archive): (agent: number, task: string, outcome: EvaluationOutcome) => void {
  return (agent, task, outcome) => {
    const { run } = archive.evaluations.start(agent, task, decide(archive, agent, task), AT);
    archive.evaluations.end(run, {
      ...USAGE,
      outcome,
      reward: outcome === ("solved" satisfies CountedOutcome) ? 1 : 0,
      detail: `exit code 0 ${HOSTILE}`,
      agentSeconds: 3,
      graderSeconds: 1,
    });
    archive.modelCalls.add({
      run,
      sequence: 1,
      role: "solver",
      model: "simulated-0.5",
      simulated: true,
      startedAt: AT,
      queuedMs: 0,
      durationMs: 2,
      status: 200,
      streamed: false,
      promptTokens: 1000,
      completionTokens: 200,
      estimated: false,
      costUsd: 0,
      error: undefined,
    });
  };
}

function rejectExpansion(archive: Archive): void {
  const run = archive.expansions.start(1, decide(archive, 1, undefined), AT);
  archive.expansions.end(run, {
    ...USAGE,
    outcome: "rejected",
    child: undefined,
    reason: "check-failed",
    detail: `exit code 1 ${HOSTILE}`,
    proposal: undefined,
    seconds: 4,
  });
}

function writeFiles(directory: string): void {
  writeRunFile(directory, "e1", "transcript.log", `step one\n${HOSTILE}\n`);
  writeRunFile(directory, "e1", "patch.diff", `--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+${HOSTILE}\n`);
  writeRunFile(directory, "e1", "grader.log", `3 passed ${HOSTILE}\n`);
  const asked = [{ role: "user", content: `Solve it. ${HOSTILE}` }];
  const message = {
    role: "assistant",
    content: "On it.",
    tool_calls: [{ function: { name: "bash", arguments: "{}" } }],
  };
  const result = { role: "tool", content: "done" };
  const exchanges = [
    {
      sequence: 1,
      request: { messages: asked },
      status: 200,
      response: JSON.stringify({ choices: [{ message }] }),
    },
    {
      sequence: 2,
      request: { messages: [...asked, message, result] },
      status: 0,
      response: "",
      error: "refused",
    },
  ];
  writeRunFile(directory, "e1", "calls.jsonl", exchanges.map((each) => `${JSON.stringify(each)}\n`).join(""));
  writeRunFile(directory, "x4", "admission.log", `exit code 1 ${HOSTILE}`);
  writeRunFile(directory, "x4", "evidence.json", JSON.stringify({ focus: "unsolved-task", run: "e2" }));
}
