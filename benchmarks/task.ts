import type { Files, Image } from "../sandbox/contract.ts";

/** One benchmark task in Harbor format, read and checked. `tests` and `solution` never enter an agent's sandbox. */
export type Task = {
  /** Directory name, unique in its suite: lower-case letters, digits, `-`, `_`, `.`. */
  readonly id: string;
  readonly instruction: string;
  readonly language: string | undefined;
  readonly difficulty: "easy" | "medium" | "hard" | undefined;
  readonly image: Image;
  /** Absolute path of the working directory inside, default `/workspace`. */
  readonly workdir: string;
  /** `environment/workspace/`; undefined when the image brings the workspace itself. */
  readonly workspace: Files | undefined;
  readonly agentTimeoutMs: number;
  readonly verifierTimeoutMs: number;
  readonly verifierEnv: Readonly<Record<string, string>>;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly diskMb: number;
  /** `tests/`, with `test.sh` at its top. */
  readonly tests: Files;
  /** `solution/`, with `solve.sh` at its top; `files/` below it, where present, are the solved files by workspace path. */
  readonly solution: Files;
  /** Globs of workspace paths which grading restores, from `[evolver] protected`. */
  readonly protectedPaths: readonly string[];
  /** SHA-256 over everything above. */
  readonly digest: string;
};

export type Suite = { readonly name: string; readonly directory: string; readonly tasks: readonly Task[] };
