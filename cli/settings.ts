import { constants, copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { writeDurably } from "../archive/write-durably.ts";
import { bundledSuites } from "../benchmarks/load-suite.ts";
import { type Config, checkConfig, formatConfig, parseConfig, parseToml } from "../evolver/config.ts";

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

const SETTINGS_FILE = "evolver.toml";
export const AGENTS = resolve(import.meta.dirname, "..", "agents");

/**
 * The settings of the campaign in a directory: its evolver.toml with the flags over it; where there is no such file, the
 * flags over `current`, by which a campaign goes that has begun. Paths come out absolute. Throws `ConfigError`.
 */
export async function readSettings(directory: string, flags: Flags, current?: Config): Promise<Config> {
  const file = join(directory, SETTINGS_FILE);
  const written = existsSync(file) ? parseToml(readFileSync(file, "utf8"), file) : (current ?? {});
  // By themselves first, so that the message does not blame the file. A model's flags may complete what the file says.
  const { baseUrl: _url, model: _model, apiKeyEnv: _key, ...alone } = flags;
  checkConfig(withFlags({}, alone), "the command line");
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

/**
 * Writes the settings to evolver.toml. A file that already says the same is left alone, because its comments are its
 * owner's; the first one that does not stays as evolver.toml.before.
 */
export function writeSettings(directory: string, config: Config): void {
  const file = join(directory, SETTINGS_FILE);
  if (existsSync(file)) {
    const written = parseConfig(readFileSync(file, "utf8"), file);
    if (formatConfig(written) === formatConfig(config)) return;
    keepOriginal(file);
  }
  const header =
    "# All settings of this campaign, written by evolver. Budgets, workers and the models' addresses may be changed.\n\n";
  writeDurably(file, header + formatConfig(config));
}

function keepOriginal(file: string): void {
  try {
    copyFileSync(file, `${file}.before`, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
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
