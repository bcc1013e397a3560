import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, openArchive } from "../archive/archive.ts";
import { checkConfig } from "./config.ts";
import { currentConfig } from "./current-config.ts";

const AT = "2026-01-01T00:00:00.000Z";
let directory = "";
let archive: Archive;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "evolver-config-test-"));
  archive = openArchive(directory, "write");
});
afterEach(() => {
  archive.close();
  rmSync(directory, { recursive: true, force: true });
});

const begin = (settings: unknown) =>
  archive.campaign.create({
    name: "c",
    createdAt: AT,
    seed: 1,
    suite: "s",
    config: JSON.stringify(settings),
    simulated: true,
  });

test("the settings are those of the beginning with every recorded change over them", () => {
  begin(checkConfig({ budget: { evaluations: 10, hours: 2 } }, "the test"));
  archive.campaign.recordControl(AT, "budget.evaluations", 20);
  archive.campaign.recordControl(AT, "budget.hours", null);
  archive.campaign.recordControl(AT, "budget.evaluations", 30);
  archive.campaign.recordControl(AT, "budget.usd", 1.5);
  expect(currentConfig(archive)).toEqual(checkConfig({ budget: { evaluations: 30, usd: 1.5 } }, "the test"));
});

test.each([
  ["settings that are none", { budget: { evaluations: "many" } }, "run.workers", 2],
  ["a change inside a number", { budget: { evaluations: 1 } }, "budget.evaluations.x", 2],
  ["a setting nobody knows", {}, "budget.none", 2],
])("%s are damage, said so", (_name, settings, setting, value) => {
  begin(settings);
  archive.campaign.recordControl(AT, setting, value);
  expect(() => currentConfig(archive)).toThrow(expect.objectContaining({ code: "damaged" }));
});

test("a recorded name never reaches beyond the settings", () => {
  begin({});
  archive.campaign.recordControl(AT, "__proto__.polluted", true);
  archive.campaign.recordControl(AT, "constructor.prototype.polluted", true);
  expect(() => currentConfig(archive)).toThrow(expect.objectContaining({ code: "damaged" }));
  expect(({} as { polluted?: true }).polluted).toBeUndefined();
});
