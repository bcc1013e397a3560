import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { scratch, startEvolver } from "./run-evolver.ts";

const place = scratch();
afterAll(() => place.remove());

/** A model that has nothing to say, on this port or a free one. */
async function serve(port: number): Promise<Server> {
  const choices = [{ index: 0, message: { role: "assistant", content: "Nothing." }, finish_reason: "stop" }];
  const usage = { prompt_tokens: 10, completion_tokens: 1 };
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/json" });
      setTimeout(() => response.end(JSON.stringify({ choices, usage })), 300);
    });
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return server;
}

test("while the model is away the campaign waits and says so, then goes on; nothing counts as a failure", async () => {
  const first = await serve(0);
  const { port } = first.address() as AddressInfo;
  const campaign = join(place.directory, "campaign");
  const flags = [
    "--tasks",
    "py-interval-merge,js-slug,ts-money-split,js-event-bus",
    "--evaluations",
    "12",
    "--expansions",
    "0",
  ];
  const model = ["--base-url", `http://127.0.0.1:${port}/v1`, "--model", "quiet"];
  const run = startEvolver([
    "run",
    "-C",
    campaign,
    ...flags,
    ...model,
    "--workers",
    "2",
    "--sandbox",
    "bubblewrap",
    "--json",
  ]);
  await until(() => /e1 /.test(run.stderr()));
  first.closeAllConnections();
  await new Promise((closed) => first.close(closed));
  await until(() => /Waiting \d+ s: .*refused/.test(run.stderr()));
  await sleep(1_000);
  const second = await serve(port);
  const ended = await run.ended;
  second.closeAllConnections();
  second.close();
  expect(ended.code, ended.stderr).toBe(0);

  const status = JSON.parse(ended.stdout);
  expect(status.evaluations["infrastructure-error"]).toBeGreaterThan(0);
  // Every pair was tried in the end, and the model's silence is all that happened to the agent.
  expect(status).toMatchObject({ counted: 4, solved: 0, model: { simulated: false } });
  expect(status.evaluations["empty-patch"]).toBe(4);
  // No price is set: the cost is not known, and not zero.
  expect(status.costUsd).toBeNull();
  const database = new Database(join(campaign, "archive.db"), { readonly: true });
  const waited = database.prepare("SELECT count(*) AS n FROM model_calls WHERE status = 0").get() as {
    n: number;
  };
  database.close();
  expect(waited.n).toBeGreaterThan(0);
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (condition()) return;
    await sleep(100);
  }
  throw new Error("it did not happen within 60 s");
}
