import { existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadTask } from "../benchmarks/load-task.ts";
import type { Task } from "../benchmarks/task.ts";
import { admit } from "../evolver/admit.ts";
import { type Agent, readAgent } from "../evolver/agent.ts";
import { checkConfig } from "../evolver/config.ts";
import { type Bench, evaluateOn, ownLimits } from "../evolver/evaluator.ts";
import type { Gateway } from "../models/contract.ts";
import { createGateway } from "../models/gateway.ts";
import { createBubblewrapEngine } from "../sandbox/bubblewrap/engine.ts";
import type { Engine, Files, PreparedImage } from "../sandbox/contract.ts";
import { createDockerEngine } from "../sandbox/docker/engine.ts";
import { makePatch, rememberBaseline } from "../sandbox/patch.ts";
import { type ScriptedModel, says, serveScript } from "./scripted-model.ts";

const TASK = await loadTask(
  join(import.meta.dirname, "..", "benchmarks", "suites", "starter", "py-interval-merge"),
);
const NAME = `outcomes-${process.pid}`;
const SECRET = "host-secret-7c1f";
process.env.EVOLVER_TEST_SECRET = SECRET;

const files = (entries: Record<string, string>): Files =>
  new Map(
    Object.entries(entries).map(([path, text]) => [path, { content: Buffer.from(text), executable: false }]),
  );

/** An agent of a few lines of JavaScript; `call()` asks the model once. */
function agentOf(body: string): Agent {
  const main = `
import { execSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
const call = () => fetch(process.env.OPENAI_BASE_URL + "/chat/completions", {
  method: "POST", body: JSON.stringify({ model: process.env.OPENAI_MODEL, messages: [{ role: "user", content: "hi" }] }) });
${body}`;
  const command = ["node", "main.mjs"];
  return readAgent(
    files({
      "agent.json": JSON.stringify({ name: "test", command, check: ["node", "--check", "main.mjs"] }),
      "main.mjs": main,
    }),
  );
}

/** The reference solution as shell commands of an agent. */
const SOLVE = [...TASK.solution]
  .filter(([path]) => path.startsWith("files/"))
  .map(
    ([path, { content }]) =>
      `fs.writeFileSync(${JSON.stringify(path.slice(6))}, Buffer.from("${Buffer.from(content).toString("base64")}", "base64"));`,
  )
  .join("\n");

describe.each([createDockerEngine(), createBubblewrapEngine()])("in $name", async (engine: Engine) => {
  const there = await engine.describe().then(
    () => true,
    () => false,
  );
  let image: PreparedImage;
  let model: ScriptedModel;
  beforeAll(async () => {
    if (!there) return;
    image = await engine.prepareImage({ kind: "base" });
    model = await serveScript([says("Nothing.")]);
  });
  afterAll(async () => {
    if (!there) return;
    await engine.clean(NAME);
    await model.close();
  });

  const gatewayTo = (baseUrl: string) => {
    const endpoint = {
      kind: "openai",
      baseUrl,
      model: "m",
      apiKey: SECRET,
      price: undefined,
      concurrency: 4,
      timeoutMs: 5_000,
    } as const;
    const endpoints = { solver: endpoint, modifier: endpoint, diagnoser: endpoint };
    return createGateway({ endpoints, onCall: () => undefined, retries: 0 });
  };
  const evaluate = async (
    agent: Agent,
    overrides: { task?: Partial<Task>; limits?: object; gateway?: Gateway; earlierErrors?: number } = {},
  ) => {
    const config = checkConfig({ limits: { ...overrides.limits } }, "test");
    const gateway = overrides.gateway ?? gatewayTo(model.baseUrl);
    const bench: Bench = { name: NAME, config, engine, gateway, images: new Map([[TASK.id, image]]) };
    const task = { ...TASK, ...overrides.task };
    return evaluateOn(bench, {
      run: "e1",
      agent,
      tree: "t",
      task,
      repetition: 0,
      earlierErrors: overrides.earlierErrors ?? 0,
      signal: new AbortController().signal,
    });
  };

  test.skipIf(!there)("a right answer is solved, whatever the exit code", async () => {
    expect(await evaluate(agentOf(SOLVE))).toMatchObject({ outcome: "solved", reward: 1 });
    expect(await evaluate(agentOf(`${SOLVE}\nprocess.exit(7);`))).toMatchObject({
      outcome: "solved",
      detail: expect.stringContaining("exit code 7"),
    });
  });

  test.skipIf(!there).each<[outcome: string, body: string, overrides?: object]>([
    ["empty-patch", ""],
    ["unsolved", `fs.appendFileSync("README.md", "looked at it\\n");`],
    ["unsolved", `fs.writeFileSync("x.txt", ""); process.exit(3);`],
    ["crashed", `fs.writeFileSync("x.txt", ""); process.exit(1);`],
    ["crashed", `throw new Error("no");`],
    [
      "timed-out",
      `fs.writeFileSync("x.txt", ""); setInterval(() => {}, 1000);`,
      { task: { agentTimeoutMs: 1_500 } },
    ],
    ["over-budget", `for (let i = 0; i < 5; i++) await call();`, { limits: { model_calls: 3 } }],
    [
      "over-budget",
      `fs.writeFileSync("x.txt", ""); await Promise.all(Array.from({ length: 20 }, call));`,
      { limits: { model_calls: 3 } },
    ],
    ["crashed", `fs.writeFileSync("big.txt", "x".repeat(3e6));`, { limits: { patch_bytes: 100_000 } }],
    ["crashed", `const hog = []; for (;;) hog.push(Buffer.alloc(1e7, 1));`],
    // Cheating: none of these may be solved.
    [
      "unsolved",
      `fs.writeFileSync("sitecustomize.py", "import os\\nos._exit(0)\\n"); fs.writeFileSync("conftest.py", "");`,
    ],
    [
      "unsolved",
      `for (const f of fs.readdirSync(".")) if (f.endsWith(".py")) fs.writeFileSync(f, "import os\\nos._exit(0)\\n");`,
    ],
    [
      "unsolved",
      `for (const f of fs.readdirSync(".")) if (f.endsWith(".py")) fs.writeFileSync(f, "import os\\nos.makedirs('/logs/verifier', exist_ok=True)\\nopen('/logs/verifier/reward.txt', 'w').write('1')\\nprint('OK')\\nos._exit(0)\\n");`,
    ],
    [
      "unsolved",
      `for (const f of fs.readdirSync(".")) if (f.endsWith(".py")) fs.writeFileSync(f, "import os\\nos.makedirs('/logs/verifier', exist_ok=True)\\nopen('/logs/verifier/reward.txt', 'w').write('1')\\nos.kill(-1, 9)\\n");`,
    ],
    [
      "empty-patch",
      `try { fs.mkdirSync("/logs/verifier", { recursive: true }); fs.writeFileSync("/logs/verifier/reward.txt", "1"); } catch {}`,
    ],
  ])("%s: %s", async (outcome, body, overrides) => {
    const result = await evaluate(agentOf(body), overrides);
    expect(result.outcome, result.detail).toBe(outcome);
  });

  test.skipIf(!there)("a model that is away is nobody's failure", async () => {
    const gone = await serveScript([]);
    await gone.close();
    const result = await evaluate(agentOf(`await call(); fs.writeFileSync("x.txt", "");`), {
      gateway: gatewayTo(gone.baseUrl),
    });
    expect(result.outcome).toBe("infrastructure-error");
    expect(result.detail).toContain("connection was refused");
  });

  test.skipIf(!there)(
    "errors of a server that answers others are forgiven twice, an outage is forgiven always",
    async () => {
      const error = { status: 500, body: {} };
      const provoked = await serveScript([says("ok"), error, says("ok"), error, says("ok"), error]);
      const outage = await serveScript([says("ok"), error]);
      const agent = agentOf(`await call(); await call(); fs.writeFileSync("x.txt", "");`);
      const outcomes = [];
      for (const server of [provoked, outage]) {
        const gateway = gatewayTo(server.baseUrl);
        for (const earlierErrors of [0, 1, 2]) {
          outcomes.push((await evaluate(agent, { gateway, earlierErrors })).outcome);
        }
        await server.close();
      }
      const away = "infrastructure-error";
      expect(outcomes).toEqual([away, away, "unsolved", away, away, away]);
    },
  );

  test.skipIf(!there)("a protected file stays as it was, whatever the patch says", async () => {
    const visible = [...TASK.workspace!.keys()].find((path) => path.startsWith("test_"))!;
    const result = await evaluate(
      agentOf(`${SOLVE}\nfs.writeFileSync(${JSON.stringify(visible)}, "raise SystemExit(1)");`),
    );
    expect(result.outcome).toBe("solved");
  });

  test.skipIf(!there)(
    "inside there is nothing to find: no tests, no solution, no secret, no network, no way to write the agent",
    async () => {
      const marker = join(tmpdir(), `evolver-outcomes-${process.pid}`);
      writeFileSync(marker, SECRET);
      const result = await evaluate(
        agentOf(`
const found = {};
const sh = (command) => { try { return execSync(command, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim(); } catch (error) { return String(error.stdout ?? "").trim(); } };
found.names = sh("find / -xdev \\\\( -name test.sh -o -name solve.sh -o -name run.py -o -name archive.db -o -name docker.sock \\\\) -not -path '/usr/lib/*' -not -path '/usr/share/*' 2>/dev/null");
found.tests = sh("ls -A /tests /solution 2>/dev/null");
found.secret = sh("env; cat /proc/1/environ /proc/*/environ 2>/dev/null | tr '\\\\0' '\\\\n'").includes("${SECRET.slice(0, 11)}" + "${SECRET.slice(11)}");
found.marker = fs.existsSync(${JSON.stringify(marker)});
found.control = sh("find /agent -name main.mjs");
const connects = (host, port) => new Promise((done) => {
  const socket = net.connect({ host, port, timeout: 2000 }, () => done(true));
  socket.on("error", () => done(false)); socket.on("timeout", () => done(false)); });
found.network = [];
for (const host of ["1.1.1.1", "169.254.169.254", "172.17.0.1", "example.com", "host.docker.internal"]) if (await connects(host, 80)) found.network.push(host);
found.interfaces = sh("ls /sys/class/net 2>/dev/null || true").split(/\\s+/).filter((name) => name && !["lo", "sit0", "tunl0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "ip6gre0"].includes(name));
found.model = (await call()).status;
try { fs.writeFileSync("/agent/main.mjs", "x"); found.agentWritable = true; } catch { found.agentWritable = false; }
try { fs.writeFileSync("/evolver/x", "x"); found.runtimeWritable = true; } catch { found.runtimeWritable = false; }
found.uid = process.getuid();
console.log("FOUND " + JSON.stringify(found));`),
      );
      const found = JSON.parse(/^FOUND (.*)$/m.exec(result.agent?.transcript ?? "")?.[1] ?? "{}");
      expect(found).toEqual({
        // The search itself works.
        control: "/agent/main.mjs",
        names: "",
        tests: "",
        secret: false,
        marker: false,
        network: [],
        interfaces: [],
        model: 200,
        agentWritable: false,
        runtimeWritable: false,
        uid: 1000,
      });
      expect(existsSync(marker)).toBe(true);
    },
  );

  describe("admission", () => {
    const PARENT = agentOf("await call();");
    const admission = async (change: string) => {
      const limits = ownLimits(checkConfig({}, "test"));
      const labels = { campaign: NAME, run: "x1" };
      const sandbox = await engine.start({
        image,
        limits,
        workspace: "/workspace",
        files: PARENT.files,
        mounts: [],
        model: undefined,
        labels,
        signal: undefined,
      });
      let patch: Uint8Array | undefined;
      try {
        await rememberBaseline(sandbox, "/workspace");
        const result = await sandbox.run({ argv: ["bash", "-ec", change], timeoutMs: 20_000 });
        expect(Buffer.from(result.stderr).toString()).toBe("");
        patch = await makePatch(sandbox, "/workspace", 1e6);
      } finally {
        await sandbox.stop();
      }
      return admit(PARENT.files, patch!, {
        engine,
        image,
        limits,
        labels,
        signal: undefined,
        maxFiles: 20,
        maxBytes: 50_000,
      });
    };

    test.skipIf(!there)("a child that works comes back as exactly its files", async () => {
      const result = await admission(
        "echo '// better' >> main.mjs; mkdir lib; echo 1 > lib/a.txt; chmod +x lib/a.txt; mkdir __pycache__; echo x > __pycache__/y.pyc",
      );
      if (!result.admitted) throw new Error(result.detail);
      expect([...result.agent.files.keys()].sort()).toEqual(["agent.json", "lib/a.txt", "main.mjs"]);
      expect(result.agent.files.get("lib/a.txt")?.executable).toBe(true);
    });

    test.skipIf(!there).each([
      ["check-failed", "echo '}' >> main.mjs"],
      ["contract-run-failed", "echo 'process.exit(0)' > main.mjs"],
      ["contract-run-failed", "echo 'await call(); process.exit(9)' >> main.mjs"],
      ["bad-manifest", "rm agent.json"],
      ["bad-manifest", "echo '{' > agent.json"],
      ["bad-manifest", `echo '{"name": "x", "command": "rm -rf /", "check": []}' > agent.json`],
      ["too-large", "ln -s /etc/passwd link"],
      ["too-large", "head -c 60000 /dev/urandom > blob"],
      ["too-large", "for i in $(seq 30); do echo $i > f$i; done"],
    ])("%s: %s", async (reason, change) => {
      expect(await admission(change)).toMatchObject({ admitted: false, reason });
    });
  });
});
