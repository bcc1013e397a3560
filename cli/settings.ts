import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { bundledSuites } from "../benchmarks/load-suite.ts";
import { type Config, checkConfig, parseToml } from "../evolver/config.ts";
import { UsageError } from "./exit.ts";

/** Settings which can be given as flags; undefined ones leave the file's or the default. */
export type Flags = {
  readonly suite?: string;
  readonly tasks?: readonly string[];
  readonly agent?: string;
  readonly evaluations?: number;
  readonly expansions?: number;
  readonly workers?: number;
  readonly seed?: number;
  readonly sandbox?: string;
  readonly baseUrl?: string;
  readonly model?: string;
  readonly apiKeyEnv?: string;
};

export const AGENTS = resolve(import.meta.dirname, "..", "agents");

/**
 * The settings of the campaign in a directory: its evolver.toml, where there is one, with the flags over it. Paths come
 * out absolute. Throws `ConfigError`, and `UsageError` when the directory holds something else.
 */
export async function readSettings(directory: string, flags: Flags): Promise<Config> {
  const file = join(directory, "evolver.toml");
  const written = existsSync(file) ? parseToml(readFileSync(file, "utf8"), file) : {};
  if (!existsSync(file)) requireEmpty(directory);
  const given = withFlags(written, flags);
  const config = checkConfig(given, existsSync(file) ? file : "the command line");
  return {
    ...config,
    agent: { root: absolute(config.agent.root, flags.agent ? "." : dirname(file), bundledAgents()) },
    tasks: {
      ...config.tasks,
      suite: absolute(config.tasks.suite, flags.suite ? "." : dirname(file), await bundledSuites()),
    },
  };
}

/** Names of the agents that come with evolver. */
export function bundledAgents(): readonly string[] {
  return readdirSync(AGENTS);
}

function withFlags(written: Record<string, unknown>, flags: Flags): Record<string, unknown> {
  const over: [section: string, key: string, value: unknown][] = [
    ["campaign", "seed", flags.seed],
    ["agent", "root", flags.agent],
    ["tasks", "suite", flags.suite],
    ["tasks", "only", flags.tasks],
    ["budget", "evaluations", flags.evaluations],
    ["budget", "expansions", flags.expansions],
    ["run", "workers", flags.workers],
    ["sandbox", "engine", flags.sandbox],
  ];
  const given: Record<string, unknown> = { ...written };
  const set = (section: string, key: string, value: unknown) => {
    if (value !== undefined) given[section] = { ...(given[section] as object | undefined), [key]: value };
  };
  for (const [section, key, value] of over) set(section, key, value);
  const { baseUrl, model, apiKeyEnv } = flags;
  if (baseUrl !== undefined || model !== undefined || apiKeyEnv !== undefined) {
    const models = given.models as { default?: object } | undefined;
    const fallback = { base_url: baseUrl, model, api_key_env: apiKeyEnv };
    const set = Object.fromEntries(Object.entries(fallback).filter(([, value]) => value !== undefined));
    given.models = { ...models, default: { ...models?.default, ...set } };
  }
  return given;
}

function absolute(value: string, base: string, bundled: readonly string[]): string {
  return bundled.includes(value) ? value : resolve(base, value);
}

function requireEmpty(directory: string): void {
  if (!existsSync(directory)) return;
  // A first run that was cut off may have left its lock.
  const found = readdirSync(directory).filter((name) => !name.startsWith("writer."));
  if (found.length === 0) return;
  throw new UsageError(
    `${directory} is not a campaign and not empty (it holds ${found.slice(0, 3).join(", ")}${found.length > 3 ? ", ..." : ""}). ` +
      "Name a new directory with -C.",
  );
}
