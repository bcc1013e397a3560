import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, openArchive } from "./archive.ts";
import type { EvaluationOutcome } from "./records.ts";

const AT = "2026-01-01T00:00:00.000Z";
let directory = "";
let archive: Archive;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "evolver-archive-test-"));
  archive = openArchive(directory, "write");
  archive.campaign.create({ name: "c", createdAt: AT, seed: 1, suite: "s", config: "{}", simulated: true });
  archive.tasks.create([{ id: "t", digest: "d", split: "search" }]);
  archive.agents.add({
    id: 0,
    parent: undefined,
    depth: 0,
    commit: "c0",
    tree: "t0",
    name: "n",
    summary: "",
    createdAt: AT,
  });
  archive.decisions.add({
    number: 1,
    at: AT,
    kind: "evaluate",
    agent: 0,
    task: "t",
    reason: "r",
    detail: "{}",
  });
});
afterEach(() => {
  archive.close();
  rmSync(directory, { recursive: true, force: true });
});

const end = (outcome: EvaluationOutcome) => ({
  at: AT,
  outcome,
  reward: undefined,
  detail: undefined,
  promptTokens: 1,
  completionTokens: 1,
  costUsd: undefined,
  agentSeconds: undefined,
  graderSeconds: undefined,
});

test("an agent-task pair is at work once and counts once, whatever the program does", () => {
  const first = archive.evaluations.start(0, "t", 1, AT);
  expect(first).toEqual({ run: "e1", attempt: 1 });
  expect(() => archive.evaluations.start(0, "t", 1, AT)).toThrow(/UNIQUE/);
  archive.evaluations.end("e1", end("infrastructure-error"));
  expect(archive.evaluations.start(0, "t", 1, AT)).toEqual({ run: "e2", attempt: 2 });
  archive.evaluations.end("e2", end("solved"));
  expect(() => archive.evaluations.end("e2", end("unsolved"))).toThrow(/not at work/);
  archive.evaluations.start(0, "t", 1, AT);
  expect(() => archive.evaluations.end("e3", end("unsolved"))).toThrow(/UNIQUE/);
  expect(archive.evaluations.all().map(({ outcome }) => outcome)).toEqual([
    "infrastructure-error",
    "solved",
    undefined,
  ]);
});

test("a cost that is not known stays unknown, in a row and in the sum", () => {
  archive.evaluations.start(0, "t", 1, AT);
  archive.evaluations.end("e1", end("solved"));
  expect(archive.evaluations.get("e1")?.costUsd).toBeUndefined();
  const call = {
    run: "e1",
    sequence: 1,
    role: "solver",
    model: "m",
    simulated: false,
    startedAt: AT,
    queuedMs: 500,
    durationMs: 500,
    status: 200,
    streamed: true,
    promptTokens: 10,
    completionTokens: 5,
    estimated: true,
    costUsd: 0.5,
    error: undefined,
  };
  archive.modelCalls.add(call);
  expect(archive.modelCalls.totals()).toEqual({
    calls: 1,
    promptTokens: 10,
    completionTokens: 5,
    estimatedCalls: 1,
    costUsd: 0.5,
    knownCostUsd: 0.5,
    modelSeconds: 1,
  });
  archive.modelCalls.add({ ...call, sequence: 2, costUsd: undefined });
  expect(archive.modelCalls.totals().costUsd).toBeUndefined();
  expect(archive.modelCalls.ofRun("e1")[0]).toEqual(call);
});

test("what a crash left open becomes interrupted, with the tokens that the books know of", () => {
  archive.evaluations.start(0, "t", 1, AT);
  archive.decisions.add({
    number: 2,
    at: AT,
    kind: "expand",
    agent: 0,
    task: undefined,
    reason: "r",
    detail: "{}",
  });
  archive.expansions.start(0, 2, AT);
  const call = {
    role: "r",
    model: "m",
    simulated: true,
    startedAt: AT,
    queuedMs: 0,
    durationMs: 1,
    status: 200,
    streamed: false,
  };
  const count = { promptTokens: 7, completionTokens: 2, estimated: false, costUsd: 0, error: undefined };
  archive.modelCalls.add({ run: "e1", sequence: 1, ...call, ...count });
  archive.modelCalls.add({ run: "x1", sequence: 1, ...call, ...count });
  archive.modelCalls.add({ run: "x1.diagnosis", sequence: 1, ...call, ...count });
  expect(archive.evaluations.interruptOpen(AT)).toBe(1);
  expect(archive.expansions.interruptOpen(AT)).toBe(1);
  expect(archive.evaluations.get("e1")).toMatchObject({
    outcome: "interrupted",
    promptTokens: 7,
    costUsd: 0,
  });
  expect(archive.expansions.get("x1")).toMatchObject({
    outcome: "interrupted",
    promptTokens: 14,
    completionTokens: 4,
  });
  expect(archive.evaluations.interruptOpen(AT)).toBe(0);
});

test("a transaction is all or nothing", () => {
  expect(() =>
    archive.transaction(() => {
      archive.decisions.add({
        number: 2,
        at: AT,
        kind: "evaluate",
        agent: 0,
        task: "t",
        reason: "r",
        detail: "{}",
      });
      archive.evaluations.start(0, "no such task", 2, AT);
    }),
  ).toThrow(/FOREIGN KEY/);
  expect(archive.decisions.nextNumber()).toBe(2);
});

test("a reader sees what is written and can write nothing", () => {
  const reader = openArchive(directory, "read");
  archive.evaluations.start(0, "t", 1, AT);
  expect(reader.evaluations.all()).toHaveLength(1);
  expect(() => reader.campaign.setFinished("x")).toThrow(/readonly/);
  reader.close();
});

test("a file that is no archive, and one from a later version, are refused with what to do", () => {
  const other = mkdtempSync(join(tmpdir(), "evolver-archive-test-"));
  expect(() => openArchive(other, "read")).toThrow(expect.objectContaining({ code: "missing" }));
  writeFileSync(join(other, "archive.db"), "not a database".repeat(1000));
  expect(() => openArchive(other, "write")).toThrow(expect.objectContaining({ code: "damaged" }));
  rmSync(other, { recursive: true });
});
