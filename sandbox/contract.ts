/**
 * What the campaign needs from a sandbox engine. Everything that leaves a sandbox is untrusted data:
 * engines check names, kinds and sizes before they hand anything to the host.
 */

/** A regular file. Nothing else (links, devices, sockets) crosses the border of a sandbox. */
export type FileEntry = { readonly content: Uint8Array; readonly executable: boolean };

/** A tree of regular files, keyed by normalised relative POSIX path (`src/a.ts`). */
export type Files = ReadonlyMap<string, FileEntry>;

/** Where a sandbox's root file system comes from. */
export type Image =
  /** The project's own image: Debian with Python 3 and git (`Dockerfile`); bubblewrap uses the host's /usr. */
  | { readonly kind: "base" }
  /** An image known to the engine or to a registry it reaches. */
  | { readonly kind: "named"; readonly name: string }
  /** A build context holding a `Dockerfile` at its top; built once per content. Docker only. */
  | { readonly kind: "build"; readonly context: Files };

/** An image that is present on the engine; `reference` is the engine's own name for it. */
export type PreparedImage = { readonly reference: string; readonly digest: string };

/** Hard limits of one sandbox. */
export type Limits = {
  /** CPU cores, may be a fraction. */
  readonly cpus: number;
  /** Resident memory of all processes together, MiB; swap is off. */
  readonly memoryMb: number;
  readonly pids: number;
  /** Size of every writable file system, MiB. */
  readonly diskMb: number;
};

/** A read-only directory visible inside, owned by root, filled once per content by the engine. */
export type Mount = { readonly path: string; readonly files: Files };

/**
 * Answers the HTTP requests which processes inside send to `http://127.0.0.1:8080`.
 * May stream its body. A thrown error becomes a 502 inside.
 */
export type ModelHandler = (request: Request) => Promise<Response>;

export type SandboxOptions = {
  readonly image: PreparedImage;
  readonly limits: Limits;
  /** Absolute path of the writable working directory, e.g. `/workspace`. */
  readonly workspace: string;
  /** Initial content of the workspace. Undefined: the image's own directory at that path, on a writable root. */
  readonly files: Files | undefined;
  readonly mounts: readonly Mount[];
  /** Undefined: nothing answers inside. */
  readonly model: ModelHandler | undefined;
  /** Kept on everything the engine creates, so that leftovers can be found. */
  readonly labels: { readonly campaign: string; readonly run: string };
  readonly signal: AbortSignal | undefined;
};

export type Command = {
  readonly argv: readonly string[];
  /** Default: the workspace. */
  readonly cwd?: string;
  /**
   * The whole environment besides the image's own, PATH (Node 24 of the runtime comes first), HOME, LANG and TMPDIR;
   * nothing of the host's is added.
   */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Kept bytes of each stream; what is beyond is dropped and `truncated` is set. Default 1 MiB. */
  readonly outputBytes?: number;
  readonly onOutput?: (stream: "stdout" | "stderr", chunk: Uint8Array) => void;
};

/** When the command has ended, every process it left behind has been killed. */
export type CommandResult = {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly truncated: boolean;
  readonly durationMs: number;
};

export type CopyOutLimits = { readonly maxFiles: number; readonly maxBytes: number };

/** A running sandbox. Calls are made one after another; `stop` may be called at any time and never throws. */
export type Sandbox = {
  readonly id: string;
  /** Throws `SandboxError`: `ended` when the sandbox died under it, `engine` when the engine did. */
  run(command: Command): Promise<CommandResult>;
  /** Writes files below an absolute directory, owned by the sandbox's user. Throws `refused` when that can't be done. */
  copyIn(directory: string, files: Files): Promise<void>;
  /**
   * The regular files below an absolute directory. Throws `SandboxError` with code `refused` for links, devices,
   * names that are not plain UTF-8 relative paths, or more than the limits allow.
   */
  copyOut(directory: string, limits: CopyOutLimits): Promise<Files>;
  stop(): Promise<void>;
};

export type EngineName = "docker" | "bubblewrap";

export type CleanReport = { readonly containers: number; readonly volumes: number; readonly images: number };

export type Engine = {
  readonly name: EngineName;
  /** One line on the engine and its version for people; throws `SandboxError` `engine` saying what to do. */
  describe(): Promise<string>;
  prepareImage(image: Image, progress?: (line: string) => void): Promise<PreparedImage>;
  start(options: SandboxOptions): Promise<Sandbox>;
  /** Removes what carries this campaign's label; undefined removes everything of evolver's, caches too. */
  clean(campaign: string | undefined): Promise<CleanReport>;
};

/**
 * A fault of a sandbox, never of the code inside it, but for `ended` and `refused`, which untrusted code can cause.
 * - `engine`: the engine is not there, refuses or broke (infrastructure).
 * - `image`: the image can't be had or built.
 * - `ended`: the sandbox died before it answered (killed from inside, out of memory).
 * - `refused`: what came out broke a rule, or what goes in does or can't be written there.
 * - `aborted`: the caller's signal fired.
 */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  readonly code: "engine" | "image" | "ended" | "refused" | "aborted";
  constructor(code: SandboxError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Paths inside every sandbox. */
export const INSIDE = {
  /** Read-only: `bin/node`, `relay/`. */
  runtime: "/evolver",
  /** The agent's code, read-only. */
  agent: "/agent",
  /** Writable, for evolver's own files (task file, patch baseline). */
  state: "/run/evolver",
  /** Hidden tests, read-only, in grading sandboxes only. */
  tests: "/tests",
  /** The reference solution, read-only, in validation sandboxes only. */
  solution: "/solution",
  /** Writable; the grader's `verifier/reward.txt` is below it. */
  logs: "/logs",
  modelBaseUrl: "http://127.0.0.1:8080/v1",
} as const;
