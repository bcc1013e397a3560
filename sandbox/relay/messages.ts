/**
 * Payloads which are JSON, and who sends them. Host to relay: `exec`, `write` (then `file`, `data`..., `end`), `read`,
 * `response` (then `data`..., `end` or `abort`), `abort`. Relay to host: `ready`, `stdout`, `stderr`, `exit`, `file` and
 * `data` (answering `read`), `done`, `request` (then `data`..., `end`), `abort`, `ack`.
 * The host numbers its operations with odd streams, the relay its HTTP requests with even ones.
 */

/** The relay's only argument. */
export type RelayConfiguration = {
  /** Listen for HTTP requests to the model. */
  readonly model: boolean;
  /** Entries which must be at the top of each mounted directory: an emptied volume must not pass as an agent. */
  readonly mounts: Readonly<Record<string, number>>;
};

export type ExecMessage = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly outputBytes: number;
};

export type ExitMessage = {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly truncated: boolean;
};

export type WriteMessage = { readonly directory: string };

export type ReadMessage = {
  readonly directory: string;
  readonly maxFiles: number;
  readonly maxBytes: number;
};

/** Announces `size` bytes of `data`. `path` is relative, base64 of its raw bytes: names need not be UTF-8. */
export type FileMessage = { readonly path: string; readonly executable: boolean; readonly size: number };

/** Ends `write` and `read`; `refused` says why it could not be done. */
export type DoneMessage = { readonly refused: string | null };

export type RequestMessage = {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
};

export type ResponseMessage = {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
};

/** HTTP requests a sandbox may have in flight at once. */
export const MAX_REQUESTS = 64;

/** Bytes of one HTTP request's body. */
export const MAX_REQUEST_BODY = 32 * 1024 * 1024;

/** Bytes of a response's body the host sends ahead of the relay's `ack` (u32: bytes the client has taken). */
export const RESPONSE_WINDOW = 256 * 1024;
