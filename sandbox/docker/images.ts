import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { type Files, type Image, type PreparedImage, SandboxError } from "../contract.ts";
import { checkedFiles, filesDigest } from "../files.ts";
import { projectFile } from "../project-file.ts";
import { dockerError, statusOf } from "./errors.ts";
import { EVOLVER } from "./labels.ts";
import { buildOfflineBase } from "./offline-base.ts";

const PUBLIC_BASE = "node:24-bookworm-slim";
const OFFLINE_BASE = "evolver-offline-base:bookworm";
/** An engine that can't reach a registry says so at once or hangs; a pull that has begun may take as long as it needs. */
const PULL_BEGINS_MS = 20_000;

type Progress = (line: string) => void;

/** Makes sure that an image is present: looks, else builds or pulls. Throws `SandboxError` `image` or `engine`. */
export async function prepareImage(docker: Docker, image: Image, progress: Progress): Promise<PreparedImage> {
  switch (image.kind) {
    case "named":
      return (await inspect(docker, image.name)) ?? (await pull(docker, image.name, progress));
    case "build": {
      const reference = `evolver-task:${filesDigest(image.context).slice(0, 16)}`;
      return (
        (await inspect(docker, reference)) ?? (await build(docker, reference, image.context, {}, progress))
      );
    }
    case "base": {
      const content = await readFile(projectFile("Dockerfile"));
      const context: Files = new Map([["Dockerfile", { content, executable: false }]]);
      const reference = `evolver-base:${filesDigest(context).slice(0, 16)}`;
      const existing = await inspect(docker, reference);
      if (existing !== undefined) return existing;
      const base = await baseOfBase(docker, progress);
      return build(docker, reference, context, { BASE_IMAGE: base }, progress);
    }
  }
}

/** The public base where it can be had, else one made on this machine. */
async function baseOfBase(docker: Docker, progress: Progress): Promise<string> {
  if ((await inspect(docker, PUBLIC_BASE)) !== undefined) return PUBLIC_BASE;
  if ((await inspect(docker, OFFLINE_BASE)) !== undefined) return OFFLINE_BASE;
  try {
    await pull(docker, PUBLIC_BASE, progress);
    return PUBLIC_BASE;
  } catch (error) {
    progress(
      `${(error as Error).message}; making a base image from Debian packages instead (about a minute, once)`,
    );
    await buildOfflineBase(OFFLINE_BASE, progress);
    return OFFLINE_BASE;
  }
}

async function inspect(docker: Docker, reference: string): Promise<PreparedImage | undefined> {
  try {
    const { Id } = await docker.getImage(reference).inspect();
    return { reference, digest: Id };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw dockerError(`looking for the image ${reference}`, error);
  }
}

async function present(docker: Docker, reference: string): Promise<PreparedImage> {
  const image = await inspect(docker, reference);
  if (image !== undefined) return image;
  throw new SandboxError("image", `image ${reference} is not there after it was made; look at Docker's log`);
}

async function pull(docker: Docker, name: string, progress: Progress): Promise<PreparedImage> {
  progress(`pulling ${name}`);
  // Docker takes a name without a tag as every tag there is.
  const tagged = /[:@][^/]+$/.test(name) ? name : `${name}:latest`;
  try {
    const begun = docker.createImage({ fromImage: tagged });
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`no answer within ${PULL_BEGINS_MS} ms`)),
      PULL_BEGINS_MS,
    );
    const stream = await Promise.race([begun, late.promise]).finally(() => clearTimeout(timer));
    await followed(docker, stream, progress);
  } catch (error) {
    if (statusOf(error) === undefined && "code" in (error as object))
      throw dockerError(`pulling ${name}`, error);
    const reason = (error as Error).message;
    throw new SandboxError("image", `image ${name} is not on this engine and can't be pulled: ${reason}`, {
      cause: error,
    });
  }
  return present(docker, name);
}

async function build(
  docker: Docker,
  reference: string,
  context: Files,
  buildargs: Record<string, string>,
  progress: Progress,
): Promise<PreparedImage> {
  progress(`building ${reference}`);
  const tar = pack();
  for (const [path, { content, executable }] of checkedFiles(context)) {
    tar.entry({ name: path, mode: executable ? 0o755 : 0o644 }, Buffer.from(content));
  }
  tar.finalize();
  const lines: string[] = [];
  try {
    const stream = await docker.buildImage(Readable.from(tar), {
      t: reference,
      buildargs,
      labels: EVOLVER,
      rm: true,
      forcerm: true,
    });
    await followed(docker, stream, (line) => {
      lines.push(line);
      progress(line);
    });
  } catch (error) {
    if (statusOf(error) === undefined && "code" in (error as object))
      throw dockerError(`building ${reference}`, error);
    const output = lines.slice(-20).join("\n");
    throw new SandboxError(
      "image",
      `image ${reference} can't be built: ${(error as Error).message}\n${output}`,
      {
        cause: error,
      },
    );
  }
  return present(docker, reference);
}

type Event = { stream?: string; status?: string; id?: string; progressDetail?: object; error?: string };

/** Waits for a build's or a pull's stream, with a line of progress for each thing that is worth one. */
async function followed(docker: Docker, stream: NodeJS.ReadableStream, progress: Progress): Promise<void> {
  let failure: string | undefined;
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => (error ? reject(error) : resolve()),
      (event: Event) => {
        failure ??= event.error;
        // A pull's bars come many times a second.
        if (Object.keys(event.progressDetail ?? {}).length > 0) return;
        const line = (event.stream ?? [event.id, event.status].filter(Boolean).join(" ")).trim();
        if (line !== "") progress(line);
      },
    );
  });
  if (failure !== undefined) throw new Error(failure);
}
