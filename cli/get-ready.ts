import { checkRoot } from "../evolver/begin.ts";
import type { Gateway } from "../models/contract.ts";
import type { Engine } from "../sandbox/contract.ts";
import type { Plan } from "./begin-or-continue.ts";
import { engineFor, type PreparedImages, prepareImages } from "./engine.ts";
import { requireModels } from "./models.ts";
import { unlessStopped } from "./stop-signals.ts";

export type Ready = { readonly engine: Engine; readonly images: PreparedImages };

/**
 * Finds models and an engine, prepares every image, and tries a new campaign's root; undefined when `stop` fired, and
 * then something that can't be called back, such as a build, may still be at work. Leaves no sandbox behind.
 */
export async function getReady(
  plan: Plan,
  gateway: Gateway,
  directory: string,
  stop: AbortSignal,
  say: (line: string) => void,
): Promise<Ready | undefined> {
  const { config, suite, tasks, name, root } = plan;
  const prepare = async (): Promise<Ready> => {
    await requireModels(gateway, `start-${Date.now()}`);
    const engine = await engineFor(config.sandbox.engine, [directory, suite.directory]);
    say(`Sandboxes: ${await engine.describe()}.`);
    say(describeModels(gateway));
    return { engine, images: await prepareImages(engine, tasks, say) };
  };
  const ready = await unlessStopped(stop, prepare());
  if (ready === undefined || root === undefined) return ready;
  const { engine, images } = ready;
  try {
    await checkRoot(root, { engine, name, config }, images.base, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await engine.clean(name);
  }
  return stop.aborted ? undefined : ready;
}

function describeModels(gateway: Gateway): string {
  const roles = Object.entries(gateway.describe());
  const names = roles.map(
    ([role, { model, baseUrl }]) => `${role} ${model}${baseUrl ? ` at ${baseUrl}` : ""}`,
  );
  const simulated = roles.some(([, role]) => role.simulated);
  return `Models: ${names.join(", ")}.${simulated ? " Simulated: its numbers say nothing about real models." : ""}`;
}
