import { expect, test } from "vitest";
import { TEMPLATE } from "../cli/init.ts";
import { checkConfig, configChanges, formatConfig, modelFor, parseConfig } from "./config.ts";

test("what init writes, with its comments taken off, is every setting at its default", () => {
  const uncommented = TEMPLATE.replace(/^# (\w+ = |\[models\.default\])/gm, "$1");
  const { models, budget, ...rest } = parseConfig(uncommented, "template");
  const { models: _none, budget: defaultBudget, ...defaults } = checkConfig({}, "defaults");
  expect(rest).toEqual(defaults);
  expect(budget).toMatchObject(defaultBudget);
  expect(Object.keys(budget).sort()).toEqual(["evaluations", "expansions", "hours", "tokens", "usd"]);
  expect(models.default).toMatchObject({ concurrency: 16, timeout_seconds: 600 });
  expect(parseConfig(TEMPLATE, "template")).toEqual(checkConfig({}, "defaults"));
});

test("formatted settings read back the same", () => {
  const config = checkConfig(
    { models: { solver: { base_url: "http://a/v1", model: "m" } }, budget: { hours: 1.5 } },
    "test",
  );
  expect(parseConfig(formatConfig(config), "formatted")).toEqual(config);
});

test("a role takes its own model, else the default's, else the simulated one", () => {
  const model = { base_url: "http://a/v1", model: "m" };
  const config = checkConfig({ models: { default: model, solver: { ...model, model: "s" } } }, "test");
  expect(modelFor(config, "solver").model).toBe("s");
  expect(modelFor(config, "modifier").model).toBe("m");
  expect(modelFor(checkConfig({}, "test"), "diagnoser").base_url).toBeUndefined();
});

test("budgets and addresses may change, what results depend on may not", () => {
  const model = { base_url: "http://a/v1", model: "m" };
  const started = checkConfig({ models: { default: model } }, "test");
  const moved = checkConfig(
    { models: { default: { ...model, base_url: "http://b/v1" } }, budget: { evaluations: 9 } },
    "test",
  );
  expect(
    configChanges(started, moved)
      .map(({ setting }) => setting)
      .sort(),
  ).toEqual(["budget.evaluations", "models.default.base_url"]);
  expect(configChanges(started, started)).toEqual([]);
  const other = checkConfig(
    { models: { default: { ...model, model: "n" } }, search: { alpha: 0.7 } },
    "test",
  );
  expect(() => configChanges(started, other)).toThrow(
    /search\.alpha was 0\.6, is now 0\.7; models\.default\.model was "m", is now "n"/,
  );
});

test("everything that is wrong is said at once", () => {
  expect(() => parseConfig("[run]\nworkers = 0\n[nonsense]\na = 1\n", "evolver.toml")).toThrow(
    /run\.workers.*found 0[\s\S]*unknown key nonsense/,
  );
});
