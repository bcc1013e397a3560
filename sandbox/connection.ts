import type { SandboxError } from "./contract.ts";

/** What an engine has to give: a relay running as process 1 of an isolated environment, and a line to it. */
export type Connection = {
  readonly id: string;
  /** The relay's stdout; ends when the relay does. */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** The relay's stdin. */
  readonly outgoing: NodeJS.WritableStream;
  /** Ends everything inside and removes every trace; resolves when that is done. Never throws; may be called again. */
  kill(): Promise<void>;
  /** After `incoming` has ended unasked: why. Never throws. */
  explainEnd(): Promise<SandboxError>;
};
