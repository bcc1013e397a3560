import { SandboxError } from "../contract.ts";

/** What the Docker API answered, when it answered. */
export function statusOf(error: unknown): number | undefined {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === "number" ? statusCode : undefined;
}

/** A failed call to Docker as a `SandboxError`: `image` for an unknown image, else `engine`. */
export function dockerError(doing: string, error: unknown): SandboxError {
  if (error instanceof SandboxError) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  const status = statusOf(error);
  if (status === undefined && code !== undefined) {
    const advice = "is it running, and may this user reach it? (DOCKER_HOST names another one)";
    return new SandboxError("engine", `Docker does not answer while ${doing} (${code}): ${advice}`, {
      cause: error,
    });
  }
  const kind = status === 404 && /no such image/i.test(message) ? "image" : "engine";
  return new SandboxError(kind, `Docker failed while ${doing}: ${message}`, { cause: error });
}
