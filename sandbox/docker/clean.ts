import type Docker from "dockerode";
import type { CleanReport } from "../contract.ts";
import { dockerError } from "./errors.ts";
import { labelFilter } from "./labels.ts";

/**
 * Removes the containers of one campaign, or of all together with the caches: volumes and images. What is in use by
 * something else stays. Throws `SandboxError` `engine`.
 */
export async function cleanDocker(docker: Docker, campaign: string | undefined): Promise<CleanReport> {
  try {
    const filters = labelFilter(campaign);
    const containers = await docker.listContainers({ all: true, filters });
    const removed = await count(containers, ({ Id }) =>
      docker.getContainer(Id).remove({ force: true, v: true }),
    );
    if (campaign !== undefined) return { containers: removed, volumes: 0, images: 0 };
    const { Volumes } = await docker.listVolumes({ filters });
    const volumes = await count(Volumes ?? [], ({ Name }) => docker.getVolume(Name).remove());
    // Without a tag they are layers of a build; they go with the last image on top of them.
    const tagged = (await docker.listImages({ filters })).filter(
      ({ RepoTags }) => (RepoTags ?? []).length > 0,
    );
    // Newest first and one after another: Docker keeps an image while another one is built on it.
    let images = 0;
    for (const { Id } of tagged.sort((a, b) => b.Created - a.Created)) {
      images += await count([Id], () => docker.getImage(Id).remove({ force: true }));
    }
    return { containers: removed, volumes, images };
  } catch (error) {
    throw dockerError("cleaning up", error);
  }
}

async function count<T>(things: readonly T[], remove: (thing: T) => Promise<unknown>): Promise<number> {
  const results = await Promise.allSettled(things.map(remove));
  return results.filter(({ status }) => status === "fulfilled").length;
}
