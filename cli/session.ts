import { join } from "node:path";
import { type Logger, pino } from "pino";
import { openAgentStore } from "../archive/agent-store.ts";
import type { Archive } from "../archive/archive.ts";
import type { Writer } from "../archive/writer-lock.ts";
import { type CampaignEnd, runCampaign } from "../evolver/campaign.ts";
import { policyFor } from "../evolver/policies/policies.ts";
import { campaignStatus } from "../evolver/status.ts";
import type { Gateway } from "../models/contract.ts";
import type { Plan } from "./begin-or-continue.ts";
import { whatIsAway } from "./engine.ts";
import type { Ready } from "./get-ready.ts";
import { showProgress } from "./progress.ts";
import type { stopSignals } from "./stop-signals.ts";

type Session = Plan &
  Ready & {
    readonly archive: Archive;
    readonly gateway: Gateway;
    readonly stop: ReturnType<typeof stopSignals>;
    /** This process. */
    readonly writer: Writer;
    readonly quiet: boolean;
  };

/** Works on a campaign until it is finished or stopped, with progress on stderr and a log in its directory. */
export async function runSession(session: Session): Promise<CampaignEnd> {
  const { archive, config, engine, gateway, images, name, writer, quiet } = session;
  // What a crash left behind is gone before new work starts.
  await engine.clean(name);
  const log = openLog(archive.directory);
  const progress = showProgress(() => campaignStatus(archive, config, writer, new Date()), { quiet });
  try {
    return await runCampaign({
      name,
      config,
      engine,
      gateway,
      images: images.tasks,
      baseImage: images.base,
      archive,
      store: openAgentStore(archive.directory),
      policy: policyFor(config),
      tasks: new Map(session.tasks.map((task) => [task.id, task])),
      ready: () => whatIsAway(engine, gateway),
      now: () => new Date(),
      onEvent(event) {
        progress.event(event);
        log.info(event, event.kind);
      },
      drain: session.stop.drain,
      abort: session.stop.abort,
    });
  } finally {
    progress.stop();
    await engine.clean(name);
  }
}

/** The campaign's own log, JSON lines that outlive the terminal; written at once, so that a crash loses none. */
function openLog(directory: string): Logger {
  return pino(
    { base: { pid: process.pid } },
    pino.destination({ dest: join(directory, "evolver.log"), sync: true }),
  );
}
