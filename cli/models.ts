import { unkeepable } from "../evolver/budget.ts";
import { type Config, ConfigError, modelFor } from "../evolver/config.ts";
import { budgetOf } from "../evolver/status.ts";
import type { Endpoint, Gateway, Role } from "../models/contract.ts";
import { EnvironmentError, UsageError } from "./exit.ts";

const HEADER_SAFE = /^[\x21-\x7e]+$/;

export const ROLES = ["solver", "modifier", "diagnoser"] as const satisfies readonly Role[];

/**
 * The endpoint of each role, with keys from the environment. Roles with the same settings share one endpoint and so its
 * queue. Throws `UsageError` for a key that is not there or can't be sent and for an address
 * with credentials, `ConfigError` for a dollar budget without prices.
 */
export function endpointsOf(config: Config): Readonly<Record<Role, Endpoint>> {
  const shared = new Map<string, Endpoint>();
  const unpriced: string[] = [];
  const endpoints = ROLES.map((role) => {
    const settings = modelFor(config, role);
    const key = JSON.stringify(settings);
    const endpoint = shared.get(key) ?? endpointOf(settings, role);
    shared.set(key, endpoint);
    if (endpoint.kind === "openai" && endpoint.price === undefined) unpriced.push(endpoint.model);
    return [role, endpoint] as const;
  });
  const problem = unkeepable(budgetOf(config), [...new Set(unpriced)]);
  if (problem !== undefined) throw new ConfigError(problem);
  return Object.fromEntries(endpoints) as Record<Role, Endpoint>;
}

/**
 * Asks every role's server one small question with a tool, as agents will: a wrong key, an unknown model or a server
 * without tool calls shows now, and not as failures of agents. The calls are booked on the run `<name>-<role>`. Throws
 * `EnvironmentError` saying for each role that fails what the server said.
 */
export async function requireModels(gateway: Gateway, name: string): Promise<void> {
  const problems = await Promise.all(ROLES.map((role) => tryOut(gateway, role, name)));
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new EnvironmentError(capitalise(`${found.join(";\n")}.`));
}

/** Undefined when the role's model answers a question that comes with a tool, else what is wrong. */
export async function tryOut(gateway: Gateway, role: Role, name: string): Promise<string | undefined> {
  const { model, simulated, baseUrl } = gateway.describe()[role];
  if (simulated) return undefined;
  const away = await gateway.probe(role);
  if (away !== undefined) return away;
  const run = gateway.open({
    run: `${name}-${role}`,
    role,
    budget: { calls: 1, tokens: 1_000_000 },
    context: { seed: `${name}-${role}`, kind: "admit", reference: undefined, difficulty: undefined },
    record: undefined,
    signal: undefined,
  });
  try {
    const body = JSON.stringify({ model, messages: [{ role: "user", content: QUESTION }], tools: [TOOL] });
    const request = new Request("http://127.0.0.1:8080/v1/chat/completions", { method: "POST", body });
    const response = await run.handle(request);
    await response.text();
    if (response.ok) return undefined;
    return `the ${role} model "${model}" at ${baseUrl} does not answer: ${run.reason() ?? `HTTP ${response.status}`}`;
  } finally {
    await run.close();
  }
}

const QUESTION = "This is a test of the connection. Answer with the single word: ready";
const TOOL = {
  type: "function",
  function: {
    name: "look",
    description: "Looks around. There is no need to in this test.",
    parameters: { type: "object", properties: {} },
  },
};

function endpointOf(settings: ReturnType<typeof modelFor>, role: Role): Endpoint {
  const { base_url: baseUrl, model, api_key_env: variable } = settings;
  if (baseUrl === undefined || model === undefined) return { kind: "simulated", skill: settings.skill };
  const apiKey = variable === undefined ? undefined : process.env[variable];
  if (variable !== undefined && !apiKey) {
    throw new UsageError(
      `The environment variable ${variable}, which holds the key of the ${role} model, is not set. Set it.`,
    );
  }
  if (apiKey !== undefined && !HEADER_SAFE.test(apiKey)) {
    throw new UsageError(
      `The environment variable ${variable}, which holds the key of the ${role} model, holds characters that can't be ` +
        "sent in a header: only printable ASCII without spaces can. Look for a line break or a space in it.",
    );
  }
  const url = new URL(baseUrl);
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(
      `The base_url of the ${role} model holds a user name or a password, and would be written down with them. Take ` +
        "them out; a key belongs into an environment variable which api_key_env names.",
    );
  }
  const { prompt_usd: promptUsd, completion_usd: completionUsd } = settings;
  return {
    kind: "openai",
    baseUrl,
    model,
    apiKey,
    price: promptUsd === undefined || completionUsd === undefined ? undefined : { promptUsd, completionUsd },
    concurrency: settings.concurrency,
    timeoutMs: settings.timeout_seconds * 1000,
    request: settings.request,
  };
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
