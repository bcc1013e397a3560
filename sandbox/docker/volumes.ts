import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { type Pack, pack } from "tar-stream";
import type { Files } from "../contract.ts";
import { checkedFiles, directoriesOf, filesDigest } from "../files.ts";
import { once } from "../once.ts";
import type { RelayFiles } from "../relay-files.ts";
import { dockerError, statusOf } from "./errors.ts";
import { EVOLVER } from "./labels.ts";

/** Read-only content as Docker volumes, each filled once per content and Docker host. */
export type Volumes = {
  /** The name of the volume with the relay and Node. `image` is any image that is present. */
  runtime(relay: RelayFiles, image: string): Promise<string>;
  /** The name of the volume with these files, owned by root. */
  files(files: Files, image: string): Promise<string>;
  /** Forgets what is known to be filled, after volumes were removed. */
  forget(): void;
};

/**
 * A volume can't be renamed, and one that a crash left half filled must never be used. So a volume is filled under a
 * name nobody else knows, and then made known by an empty second volume, named by the content, whose label points to
 * the first. Creating that one is atomic: of two processes with the same content, the later uses the earlier's.
 */
export function createVolumes(docker: Docker): Volumes {
  const known = once<string>();

  const provide = (name: string, image: string, write: (tar: Pack) => Promise<void>) =>
    known.run(name, async () => {
      const existing = await pointedTo(name);
      if (existing !== undefined) return existing;
      const volume = `${name}-${randomBytes(6).toString("hex")}`;
      try {
        await fill(volume, image, write);
        await docker.createVolume({ Name: name, Labels: { ...EVOLVER, [POINTER]: volume } });
        const winner = (await pointedTo(name)) ?? volume;
        if (winner !== volume) await docker.getVolume(volume).remove();
        return winner;
      } catch (error) {
        throw dockerError(`filling the volume ${name}`, error);
      }
    });

  const pointedTo = async (name: string) => {
    try {
      const { Labels } = await docker.getVolume(name).inspect();
      return Labels[POINTER];
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw dockerError(`looking for the volume ${name}`, error);
    }
  };

  const fill = async (volume: string, image: string, write: (tar: Pack) => Promise<void>) => {
    await docker.createVolume({ Name: volume, Labels: EVOLVER });
    // Never started: a container is only the way into a volume.
    const container = await docker.createContainer({
      Image: image,
      Entrypoint: ["/never-started"],
      Labels: EVOLVER,
      NetworkDisabled: true,
      HostConfig: { Mounts: [{ Type: "volume", Source: volume, Target: "/fill" }] },
    });
    try {
      const tar = pack();
      const [sent, written] = await Promise.allSettled([
        container.putArchive(Readable.from(tar), { path: "/fill" }),
        write(tar),
      ]);
      if (sent.status === "rejected") throw sent.reason;
      if (written.status === "rejected") throw written.reason;
    } finally {
      await container.remove({ force: true });
    }
  };

  return {
    runtime: (relay, image) =>
      provide(`evolver-runtime-${relay.digest}`, image, async (tar) => {
        for (const name of ["bin", "relay"]) directory(tar, name);
        for (const [name, source] of relay.sources) file(tar, `relay/${name}`, Buffer.from(source), 0o644);
        // May be executed but not read: that makes the relay's process opaque to everything else inside.
        file(tar, "bin/node", await readFile(relay.node), 0o111);
        tar.finalize();
      }),
    files: (files, image) =>
      provide(`evolver-files-${filesDigest(files)}`, image, async (tar) => {
        const checked = checkedFiles(files);
        for (const name of directoriesOf(checked.keys())) directory(tar, name);
        for (const [path, { content, executable }] of checked)
          file(tar, path, content, executable ? 0o755 : 0o644);
        tar.finalize();
      }),
    forget: () => known.forget(),
  };
}

const POINTER = "evolver.volume";

function directory(tar: Pack, name: string): void {
  tar.entry({ name, type: "directory", mode: 0o755, uid: 0, gid: 0 });
}

function file(tar: Pack, name: string, content: Uint8Array, mode: number): void {
  tar.entry({ name, mode, uid: 0, gid: 0 }, Buffer.from(content.buffer, content.byteOffset, content.length));
}
