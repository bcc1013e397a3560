import { randomBytes } from "node:crypto";
import { type Engine, INSIDE, SandboxError } from "../contract.ts";
import { once } from "../once.ts";
import { type RelayFiles, relayFiles } from "../relay-files.ts";
import { openSession } from "../session.ts";
import { bubblewrapArguments } from "./arguments.ts";
import { checkHost, type Host, hostImage } from "./host.ts";
import { startProcess } from "./process.ts";
import { createStore } from "./store.ts";

export type BubblewrapOptions = {
  /** Where read-only content is kept. Default `/var/tmp/evolver-<uid>`. Must be reachable by every user. */
  readonly scratch?: string;
  /** Directories of the host below /usr that sandboxes must not see; the project's own is always hidden. */
  readonly hide?: readonly string[];
};

/** Sandboxes as bubblewrap processes on this host's /usr. Looks at the host on first use. */
export function createBubblewrapEngine({ scratch, hide = [] }: BubblewrapOptions = {}): Engine {
  const store = createStore(scratch ?? `/var/tmp/evolver-${process.getuid?.()}`);
  const hosts = once<Host>();
  const relays = once<RelayFiles>();
  const host = () => hosts.run("", checkHost);
  return {
    name: "bubblewrap",
    describe: async () => (await host()).description,
    prepareImage: async (image) => {
      if (image.kind !== "base") {
        const what = image.kind === "named" ? `image ${image.name}` : "an image built from a Dockerfile";
        throw new SandboxError(
          "image",
          `${what} needs Docker; bubblewrap only has the base image, this host's /usr`,
        );
      }
      await host();
      return hostImage();
    },
    start: async (options) => {
      const { mounts, signal, labels, limits, files } = options;
      if (files === undefined) {
        throw new SandboxError(
          "image",
          `workspace ${options.workspace}: one that comes with the image needs Docker`,
        );
      }
      if (options.workspace.startsWith("/usr/")) {
        throw new SandboxError("image", `workspace ${options.workspace}: one below /usr needs Docker`);
      }
      const { launcher, cgroups, rlimits } = await host();
      const relay = await relays.run("", relayFiles);
      const bound = new Map([[INSIDE.runtime as string, await store.runtime(relay)]]);
      for (const { path, files } of mounts) bound.set(path, await store.files(files));
      const id = `evolver-${randomBytes(8).toString("hex")}`;
      if (signal?.aborted)
        throw new SandboxError("aborted", `sandbox ${id} was not started: ${signal.reason}`);
      const inside = bubblewrapArguments(options, relay.main, {
        bound,
        etc: await store.etc(),
        hide,
        prefix: rlimits(limits),
      });
      const cgroup = await cgroups?.create(id, labels, limits);
      const connection = startProcess(id, [...launcher, "bwrap", ...inside], cgroup);
      return await openSession(connection, options);
    },
    clean: async (campaign) => {
      const { cgroups } = await host();
      const containers = (await cgroups?.clean(campaign)) ?? 0;
      return { containers, volumes: campaign === undefined ? await store.clear() : 0, images: 0 };
    },
  };
}
