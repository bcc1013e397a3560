import type Docker from "dockerode";
import { INSIDE, type SandboxOptions } from "../contract.ts";
import { topEntries } from "../files.ts";
import type { RelayConfiguration } from "../relay/messages.ts";
import { RELAY_TASKS } from "../relay-files.ts";
import { runLabels } from "./labels.ts";

/** Volumes to mount, by path inside. */
export type VolumeMounts = ReadonlyMap<string, string>;

/** The container of a sandbox: what it may not do is all here. `main` is the relay's entry point. */
export function containerSpecification(
  name: string,
  main: string,
  options: SandboxOptions,
  volumes: VolumeMounts,
): Docker.ContainerCreateOptions {
  const { image, limits, workspace, files, mounts, model, labels } = options;
  // A workspace that is part of the image belongs to the image's user, often root, who has no capabilities here.
  const ownWorkspace = files === undefined;
  const owner = ownWorkspace ? "mode=1777" : "mode=0755,uid=1000,gid=1000";
  const tmpfs = `rw,exec,nosuid,nodev,size=${limits.diskMb}m`;
  const writable = [INSIDE.state, INSIDE.logs, "/home/agent", ...(ownWorkspace ? [] : [workspace])];
  const configuration: RelayConfiguration = {
    model: model !== undefined,
    mounts: Object.fromEntries(mounts.map(({ path, files }) => [path, topEntries(files)])),
  };
  const memory = limits.memoryMb * 2 ** 20;
  return {
    name,
    Image: image.reference,
    Entrypoint: [`${INSIDE.runtime}/bin/node`, main, JSON.stringify(configuration)],
    Cmd: [],
    Env: [
      "HOME=/home/agent",
      "LANG=C.UTF-8",
      "TMPDIR=/tmp",
      // Whatever the image sets must not reach into the relay.
      "NODE_OPTIONS=",
      "LD_PRELOAD=",
    ],
    WorkingDir: "/",
    Hostname: "sandbox",
    ...(ownWorkspace ? {} : { User: "1000:1000" }),
    Labels: runLabels(labels),
    OpenStdin: true,
    // The relay, and with it the container, ends when the host's connection does.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Healthcheck: { Test: ["NONE"] },
    StopTimeout: 0,
    HostConfig: {
      NetworkMode: "none",
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      ReadonlyRootfs: !ownWorkspace,
      Tmpfs: {
        "/tmp": `${tmpfs},mode=1777`,
        ...Object.fromEntries(writable.map((path) => [path, `${tmpfs},${owner}`])),
      },
      Mounts: [...volumes].map(([path, volume]) => ({
        Type: "volume" as const,
        Source: volume,
        Target: path,
        ReadOnly: true,
        VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "local", Options: {} } },
      })),
      PidsLimit: limits.pids + RELAY_TASKS,
      Memory: memory,
      MemorySwap: memory,
      NanoCpus: Math.round(limits.cpus * 1e9),
      ShmSize: Math.min(64, limits.diskMb) * 2 ** 20,
      IpcMode: "private",
      Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
      LogConfig: { Type: "none", Config: {} },
      Init: false,
      AutoRemove: false,
    },
  };
}
