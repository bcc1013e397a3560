import { parse, stringify, TomlError } from "smol-toml";
import { z } from "zod";

/** A setting is wrong; the message names the key, what is expected and what was found. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "bad-config";
}

const count = (fallback: number) => z.int().positive().default(fallback);
const positive = z.number().positive();

const model = z
  .strictObject({
    /** Left out: the simulated model. */
    base_url: z.url({ protocol: /^https?$/ }).optional(),
    model: z.string().min(1).optional(),
    /** Name of the environment variable which holds the key. */
    api_key_env: z.string().min(1).optional(),
    /** Dollars for a million tokens; left out: the cost is not known. */
    prompt_usd: z.number().nonnegative().optional(),
    completion_usd: z.number().nonnegative().optional(),
    concurrency: count(16),
    timeout_seconds: positive.default(600),
    /** Fields for every request, such as temperature; they go before the agent's. */
    request: z.record(z.string(), z.json()).default({}),
    /** Of the simulated model, 0 to 1. */
    skill: z.number().min(0).max(1).default(0.5),
  })
  .refine((value) => (value.base_url === undefined) === (value.model === undefined), {
    error: "base_url and model belong together: give both, or neither for the simulated model",
  })
  .refine((value) => value.base_url !== undefined || value.api_key_env === undefined, {
    error: "api_key_env without base_url and model: the simulated model needs no key",
  })
  .refine(({ request }) => !["model", "messages", "stream", "tools"].some((field) => field in request), {
    error: "request can't set model, messages, stream or tools",
  })
  .refine((value) => (value.prompt_usd === undefined) === (value.completion_usd === undefined), {
    error: "prompt_usd and completion_usd belong together",
  });

const schema = z.strictObject({
  campaign: z.strictObject({ seed: z.int().nonnegative().default(1) }).prefault({}),
  agent: z.strictObject({ root: z.string().min(1).default("seed") }).prefault({}),
  tasks: z
    .strictObject({
      suite: z.string().min(1).default("starter"),
      /** Task ids; empty: all of the suite. */
      only: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  budget: z
    .strictObject({
      evaluations: z.int().nonnegative().default(800),
      expansions: z.int().nonnegative().optional(),
      tokens: z.int().positive().optional(),
      usd: positive.optional(),
      hours: positive.optional(),
    })
    .prefault({}),
  run: z
    .strictObject({
      workers: z.int().positive().max(1024).default(2),
      /** How long to wait for an engine or a model that is away before the campaign stops. */
      patience_hours: z.number().nonnegative().default(6),
    })
    .prefault({}),
  search: z
    .strictObject({
      policy: z.enum(["hgm"]).default("hgm"),
      alpha: z.number().min(0).max(1).default(0.6),
      beta: z.number().nonnegative().default(1),
      cooling: z.boolean().default(true),
      initial_expansions: count(5),
      epsilon: z.number().gt(0).lt(1).default(0.1),
    })
    .prefault({}),
  sandbox: z
    .strictObject({
      engine: z.enum(["auto", "docker", "bubblewrap"]).default("auto"),
      cpus: positive.default(1),
      memory_mb: z.int().min(64).default(1024),
      pids: z.int().min(16).default(256),
      disk_mb: z.int().min(16).default(512),
    })
    .prefault({}),
  limits: z
    .strictObject({
      evaluation_seconds: positive.default(3600),
      self_modification_seconds: positive.default(3600),
      model_calls: count(200),
      model_tokens: count(2_000_000),
      patch_bytes: count(1024 * 1024),
      agent_files: count(200),
      agent_bytes: count(1024 * 1024),
    })
    .prefault({}),
  models: z
    .strictObject({
      default: model.optional(),
      solver: model.optional(),
      modifier: model.optional(),
      diagnoser: model.optional(),
    })
    .prefault({}),
});

/** Every setting of a campaign, checked and complete. */
export type Config = z.output<typeof schema>;
export type ModelConfig = z.output<typeof model>;

/** Checks settings and fills in defaults. Throws `ConfigError` listing everything that is wrong. */
export function checkConfig(value: unknown, source: string): Config {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${describe(issue)}`);
  throw new ConfigError(`${source} is not valid:\n${problems.join("\n")}`);
}

/** Reads settings from TOML. Throws `ConfigError`. */
export function parseConfig(toml: string, source: string): Config {
  return checkConfig(parseToml(toml, source), source);
}

/** TOML as plain data. Throws `ConfigError` with line and column. */
export function parseToml(toml: string, source: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new ConfigError(`${source} is not TOML: ${error.message.trim()}`, { cause: error });
  }
}

/** The complete settings as TOML. */
export function formatConfig(config: Config): string {
  return `${stringify(JSON.parse(JSON.stringify(config)))}\n`;
}

/** The model of a role: its own section, else `[models.default]`, else the simulated model. */
export function modelFor(config: Config, role: "solver" | "modifier" | "diagnoser"): ModelConfig {
  return config.models[role] ?? config.models.default ?? model.parse({});
}

/** Settings which may change while a campaign lives; all others would falsify it. */
const CHANGEABLE =
  /^(budget|run)\.|^models\.\w+\.(base_url|api_key_env|prompt_usd|completion_usd|concurrency|timeout_seconds)$/;

export type Change = { readonly setting: string; readonly from: unknown; readonly to: unknown };

/**
 * What differs between the settings a campaign was started with and those it is continued with. Throws `ConfigError`
 * when one of them is frozen.
 */
export function configChanges(started: Config, continued: Config): readonly Change[] {
  const [before, after] = [flatten(started), flatten(continued)];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const changes = keys
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => ({ setting: key, from: read(before.get(key)), to: read(after.get(key)) }));
  const frozen = changes.filter(({ setting }) => !CHANGEABLE.test(setting));
  if (frozen.length === 0) return changes;
  const list = frozen.map(
    ({ setting, from, to }) => `${setting} was ${JSON.stringify(from)}, is now ${JSON.stringify(to)}`,
  );
  throw new ConfigError(
    `This campaign has begun and these settings are frozen: ${list.join("; ")}. Change them back, or begin another ` +
      "campaign with -C <other directory>.",
  );
}

function flatten(value: unknown, prefix = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return new Map([[prefix, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .flatMap(([key, inner]) => [...flatten(inner, prefix === "" ? key : `${prefix}.${key}`)]),
  );
}

function read(json: string | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(json);
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => (path === "" ? key : `${path}.${key}`));
    return `unknown key ${keys.join(", ")}; see "evolver init --help" for the keys there are`;
  }
  const found = issue.input === undefined ? "" : `, found ${JSON.stringify(issue.input)}`;
  return `${path || "configuration"}: ${issue.message}${found}`;
}
