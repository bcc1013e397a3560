import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import { exhausted } from "./budget.ts";
import type { Campaign } from "./campaign-parts.ts";
import type { Lineage } from "./lineage.ts";
import { randomStream } from "./random.ts";
import { restoreLineage } from "./restore.ts";
import { agentCache, type Startable, startWork } from "./start-work.ts";
import { budgetOf, hoursSpent } from "./status.ts";
import { createTrouble } from "./trouble.ts";

/** How a session ended. `finished`: nothing is left to do. `environment`: the engine or a model stayed away. */
export type CampaignEnd = {
  readonly end: "finished" | "interrupted" | "environment";
  readonly reason: string;
};

const SIGN_OF_LIFE_MS = 10_000;

/**
 * Runs the campaign until nothing is left to do or it is stopped: whenever a worker is free, the policy decides again
 * with everything in flight counted. Each decision and each start is a row before the work begins, each end a row when
 * it ended, so the same call after a crash goes on with exactly what is missing.
 */
export async function runCampaign(campaign: Campaign): Promise<CampaignEnd> {
  const { archive, config, now } = campaign;
  const at = now().toISOString();
  archive.transaction(() => {
    archive.evaluations.interruptOpen(at);
    archive.expansions.interruptOpen(at);
    archive.campaign.setFinished(undefined);
  });
  await campaign.store.repair(archive.agents.all());
  const session = archive.sessions.start(at, config.run.workers, campaign.engine.name);
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  const heartbeat = setInterval(() => {
    try {
      archive.sessions.see(session, now().toISOString());
    } catch (error) {
      // A timer has no caller: without this, a full disk would end the process on the spot.
      broken.reject(error);
    }
  }, SIGN_OF_LIFE_MS);
  heartbeat.unref();
  let end: CampaignEnd = { end: "interrupted", reason: "it ended with an error" };
  try {
    end = await work(campaign, restoreLineage(archive), broken.promise);
    if (end.end === "finished") archive.campaign.setFinished(end.reason);
    return end;
  } finally {
    clearInterval(heartbeat);
    archive.sessions.end(session, now().toISOString(), end.reason);
  }
}

async function work(campaign: Campaign, lineage: Lineage, broken: Promise<never>): Promise<CampaignEnd> {
  const { archive, config, drain, abort } = campaign;
  const queue = new PQueue({ concurrency: config.run.workers });
  const agents = agentCache(campaign);
  const trouble = createTrouble(config.run.patience_hours * 3_600_000);
  // Our own count: the queue's is lowered only after its job has told us that it ended.
  let running = 0;
  let failure: { readonly error: unknown } | undefined;
  let wake = Promise.withResolvers<void>();
  const fail = (error: unknown) => {
    failure ??= { error };
    wake.resolve();
  };
  broken.catch(fail);
  drain.addEventListener("abort", () => wake.resolve(), { once: true });

  const begin = (choice: Startable, number: number) => {
    const job = startWork(campaign, lineage, choice, number);
    campaign.onEvent({ kind: "started", run: job.run, reason: choice.reason });
    running += 1;
    const startedAt = performance.now();
    void queue.add(async () => {
      try {
        const { infrastructureError } = await job.perform(agents);
        if (infrastructureError === undefined) trouble.over();
        else trouble.report(infrastructureError, startedAt);
      } catch (error) {
        fail(error);
      } finally {
        running -= 1;
        wake.resolve();
      }
    });
  };

  /** Nothing new starts; what runs comes to its end. */
  const settle = async (end: CampaignEnd["end"], reason: string): Promise<CampaignEnd> => {
    if (running > 0) campaign.onEvent({ kind: "draining", runs: running });
    await queue.onIdle();
    if (failure) throw failure.error;
    return { end, reason };
  };

  for (;;) {
    wake = Promise.withResolvers<void>();
    if (failure || drain.aborted || abort.aborted) return settle("interrupted", "stopped by the user");
    const spent = overBudget(campaign, running);
    if (spent !== undefined) {
      if (running === 0) return settle("finished", spent);
      // What runs was reserved at a mean; there may be room when it has ended.
      await wake.promise;
      continue;
    }

    const away = trouble.now();
    if (away !== undefined) {
      if (away.givenUp) return settle("environment", `for ${away.minutes} minutes: ${away.reason}`);
      campaign.onEvent({ kind: "waiting", seconds: away.pauseSeconds, reason: away.reason });
      await sleep(away.pauseSeconds * 1000, undefined, { signal: drain }).catch(() => undefined);
      if (drain.aborted) continue;
      const problem = await campaign.ready();
      if (problem !== undefined) {
        trouble.report(problem, performance.now());
        continue;
      }
    }
    // After trouble a single run tries whether it is over.
    const most = away === undefined ? config.run.workers : Math.min(config.run.workers, running + 1);
    let waiting = false;
    while (!waiting && running < most) {
      const number = archive.decisions.nextNumber();
      const choice = campaign.policy(lineage.snapshot(terms(campaign)), (purpose) =>
        randomStream(config.campaign.seed, number, purpose),
      );
      if (choice.kind === "stop") return settle("finished", choice.reason);
      if (choice.kind === "wait") waiting = true;
      else begin(choice, number);
      // A budget may be reserved to the end by what has just begun.
      if (overBudget(campaign, running) !== undefined) break;
    }
    if (running > 0) await wake.promise;
    else if (waiting) throw new Error("the policy waits, but nothing is in flight");
  }
}

function terms({ archive, config }: Campaign) {
  const { evaluations, expansions } = config.budget;
  const used = expansions === undefined ? 0 : archive.expansions.charged();
  return {
    budget: evaluations,
    workers: config.run.workers,
    mayExpand: expansions === undefined || used < expansions,
  };
}

/** Budgets that only show when work has ended; see `exhausted`. */
function overBudget({ archive, config, now }: Campaign, runningRuns: number): string | undefined {
  const { tokens, usd, hours } = config.budget;
  if (tokens === undefined && usd === undefined && hours === undefined) return undefined;
  const totals = archive.modelCalls.totals();
  return exhausted(budgetOf(config), {
    tokens: totals.promptTokens + totals.completionTokens,
    usd: totals.knownCostUsd,
    hours: hoursSpent(archive.sessions.all(), now()),
    endedRuns: archive.evaluations.ended() + archive.expansions.ended(),
    runningRuns,
  });
}
