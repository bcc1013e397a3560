import { randomBytes } from "node:crypto";
import Docker from "dockerode";
import { type Engine, INSIDE, type PreparedImage, SandboxError } from "../contract.ts";
import { filesDigest } from "../files.ts";
import { once } from "../once.ts";
import { type RelayFiles, relayFiles } from "../relay-files.ts";
import { openSession } from "../session.ts";
import { cleanDocker } from "./clean.ts";
import { startContainer } from "./container.ts";
import { dockerError } from "./errors.ts";
import { prepareImage } from "./images.ts";
import { containerSpecification } from "./specification.ts";
import { createVolumes } from "./volumes.ts";

/** A socket can be there with nobody behind it. */
const ANSWER_MS = 10_000;

/** Sandboxes as Docker containers, on the engine that DOCKER_HOST names or the local one. Makes no connection yet. */
export function createDockerEngine(): Engine {
  const docker = new Docker();
  const volumes = createVolumes(docker);
  const images = once<PreparedImage>();
  const relays = once<RelayFiles>();
  return {
    name: "docker",
    describe: async () => {
      try {
        const late = Promise.withResolvers<never>();
        const timer = setTimeout(() => late.reject(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS);
        const info = await Promise.race([docker.info(), late.promise]).finally(() => clearTimeout(timer));
        const { ServerVersion, OperatingSystem, CgroupVersion, Warnings } = info;
        const unlimited = (Warnings ?? []).filter((warning: string) =>
          /no (memory|pids|cpu cfs).* limit/i.test(warning),
        );
        const notes = unlimited.map((warning: string) => `; ${warning}`).join("");
        return `Docker ${ServerVersion} on ${OperatingSystem}, cgroup v${CgroupVersion ?? 1}${notes}`;
      } catch (error) {
        throw dockerError("asking for its version", error);
      }
    },
    prepareImage: (image, progress = () => {}) => {
      const key = image.kind === "build" ? `build ${filesDigest(image.context)}` : JSON.stringify(image);
      return images.run(key, () => prepareImage(docker, image, progress));
    },
    start: async (options) => {
      const { image, mounts, signal } = options;
      const relay = await relays.run("", relayFiles);
      const name = `evolver-${randomBytes(8).toString("hex")}`;
      try {
        const mounted = new Map([[INSIDE.runtime as string, await volumes.runtime(relay, image.reference)]]);
        for (const { path, files } of mounts) mounted.set(path, await volumes.files(files, image.reference));
        if (signal?.aborted)
          throw new SandboxError("aborted", `sandbox ${name} was not started: ${signal.reason}`);
        const specification = containerSpecification(name, relay.main, options, mounted);
        const connection = await startContainer(docker, specification, options.limits.diskMb);
        return await openSession(connection, options);
      } catch (error) {
        // Volumes and images may have been removed behind our back; the next attempt looks again.
        volumes.forget();
        images.forget();
        throw error;
      }
    },
    clean: async (campaign) => {
      images.forget();
      volumes.forget();
      return cleanDocker(docker, campaign);
    },
  };
}
