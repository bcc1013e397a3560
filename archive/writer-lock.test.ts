import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { currentWriter, lockForWriting } from "./writer-lock.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "evolver-lock-test-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A process that runs this code with the lock's functions and the directory at hand. */
function beside(code: string) {
  const source = `const { currentWriter, lockForWriting } = await import(${JSON.stringify(join(import.meta.dirname, "writer-lock.ts"))});
    const directory = ${JSON.stringify(directory)};
    ${code}`;
  return spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}

test("one writer at a time, who is named; the lock goes with its holder", () => {
  const lock = lockForWriting(directory);
  expect(currentWriter(directory)).toEqual({ since: lock.since });
  expect(() => lockForWriting(directory)).toThrow(new RegExp(`process ${process.pid}`));
  lock.release();
  expect(currentWriter(directory)).toBeUndefined();
  lockForWriting(directory).release();
  expect(readdirSync(directory)).toEqual(["writer.lock"]);
});

test("looking whether there is a writer keeps nobody from starting", async () => {
  const watcher = beside("process.stdout.write('at it'); for (;;) currentWriter(directory);");
  try {
    await once(watcher.stdout, "data");
    for (let start = 0; start < 200; start += 1) {
      lockForWriting(directory).release();
      if (start % 20 === 0) await sleep(1);
    }
  } finally {
    watcher.kill("SIGKILL");
    await once(watcher, "close");
  }
});

test("of several that start again and again, never two are at work", async () => {
  const marker = join(directory, "at-work");
  const code = `const { writeFileSync, rmSync } = await import("node:fs");
    for (let turn = 0; turn < 40; turn += 1) {
      const lock = lockForWriting(directory);
      writeFileSync(${JSON.stringify(marker)}, "", { flag: "wx" });
      rmSync(${JSON.stringify(marker)});
      lock.release();
    }`;
  const codes = await Promise.all([1, 2, 3].map(async () => (await once(beside(code), "close"))[0]));
  expect(codes).toEqual([0, 0, 0]);
});

test("a holder that was killed holds nothing; nor does what a copy brought along", async () => {
  const holder = beside(
    "lockForWriting(directory); process.stdout.write('held'); setInterval(() => {}, 1000);",
  );
  await once(holder.stdout, "data");
  expect(currentWriter(directory)?.since).toMatch(/^\d{4}-/);
  holder.kill("SIGKILL");
  await once(holder, "close");
  expect(currentWriter(directory)).toBeUndefined();
  lockForWriting(directory).release();

  writeFileSync(join(directory, "writer.lock"), "not a lock file of ours".repeat(100));
  writeFileSync(join(directory, "writer.json"), "{}");
  expect(currentWriter(directory)).toBeUndefined();
  expect(() => lockForWriting(directory)).toThrow("can't be locked");
});

test("a directory that can't be written is said to be one", () => {
  expect(() => lockForWriting(join(directory, "none"))).toThrow(/none can't be locked: ENOENT/);
});
