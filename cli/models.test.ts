import { afterEach, expect, test, vi } from "vitest";
import { checkConfig } from "../evolver/config.ts";
import { UsageError } from "./exit.ts";
import { endpointsOf } from "./models.ts";

afterEach(() => vi.unstubAllEnvs());

const config = (solver: object) => checkConfig({ models: { solver: { model: "m", ...solver } } }, "test");

function refusal(solver: object): UsageError {
  try {
    endpointsOf(config(solver));
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

test.each(["sk-secret\n", "sk secret", "sk-sécret"])("a key like %j is refused, unseen", (key) => {
  // An environment can't hold a NUL; whatever it gives is checked.
  vi.stubEnv("TEST_KEY", key);
  const { message } = refusal({ base_url: "http://127.0.0.1:9/v1", api_key_env: "TEST_KEY" });
  expect(message).toMatch(/TEST_KEY.*solver.*header/);
  expect(message).not.toMatch(/s.cret/);
});

test.each(["http://someone:passw0rd@127.0.0.1:9/v1", "http://passw0rd@127.0.0.1:9/v1"])(
  "an address with credentials is refused, unseen",
  (base_url) => {
    const { message } = refusal({ base_url });
    expect(message).toMatch(/base_url.*solver.*api_key_env/);
    expect(message).not.toMatch(/passw0rd|someone/);
  },
);

test("an ordinary key is taken", () => {
  vi.stubEnv("TEST_KEY", "sk-proj_A.b~c/d+e=");
  const { solver } = endpointsOf(config({ base_url: "http://127.0.0.1:9/v1", api_key_env: "TEST_KEY" }));
  expect(solver).toMatchObject({ apiKey: "sk-proj_A.b~c/d+e=" });
});
