import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseEngine } from "../sandbox/choose-engine.ts";
import type { Command, Engine, Files, PreparedImage, Sandbox, SandboxOptions } from "../sandbox/contract.ts";

const SECRET = "host-secret-5d1c";
process.env.EVOLVER_TEST_SECRET = SECRET;

const CAMPAIGN = `test-${process.pid}`;
const LIMITS = { cpus: 1, memoryMb: 256, pids: 64, diskMb: 32 };

/** Of every process of this machine. */
async function commandLines(): Promise<string> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.join("\n").replaceAll("\0", " ");
}

function tree(texts: Readonly<Record<string, string>>): Files {
  return new Map(
    Object.entries(texts).map(([path, text]) => [
      path,
      { content: Buffer.from(text), executable: path.endsWith(".sh") },
    ]),
  );
}

const engines = await Promise.all(
  (["docker", "bubblewrap"] as const).map(async (name) => {
    try {
      return { name, engine: await chooseEngine(name), reason: undefined };
    } catch (error) {
      return { name, engine: undefined, reason: (error as Error).message };
    }
  }),
);

for (const { name, engine, reason } of engines) {
  describe.skipIf(engine === undefined)(
    `${name}${reason === undefined ? "" : ` (skipped: ${reason})`}`,
    () => {
      if (engine !== undefined) suite(engine);
    },
  );
}

function suite(engine: Engine): void {
  let image: PreparedImage;
  const started: Sandbox[] = [];

  beforeAll(async () => {
    image = await engine.prepareImage({ kind: "base" });
  });
  afterAll(async () => {
    await Promise.all(started.map((sandbox) => sandbox.stop()));
    // Nothing may be left once every sandbox has been stopped.
    expect((await engine.clean(CAMPAIGN)).containers).toBe(0);
  });

  async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
    const sandbox = await engine.start({
      image,
      limits: LIMITS,
      workspace: "/workspace",
      files: new Map(),
      mounts: [],
      model: undefined,
      labels: { campaign: CAMPAIGN, run: "r1" },
      signal: undefined,
      ...options,
    });
    started.push(sandbox);
    return sandbox;
  }

  /** Runs a bash script; standard output and error as text. */
  async function bash(sandbox: Sandbox, script: string, command: Partial<Command> = {}) {
    const result = await sandbox.run({ argv: ["bash", "-c", script], timeoutMs: 20_000, ...command });
    return {
      ...result,
      out: Buffer.from(result.stdout).toString(),
      err: Buffer.from(result.stderr).toString(),
    };
  }

  describe("commands", () => {
    let sandbox: Sandbox;
    beforeAll(async () => {
      sandbox = await start({ files: tree({ "src/a.txt": "from the host", "run.sh": "echo ran" }) });
    });

    test("run in the workspace with its files and give output and exit code", async () => {
      const result = await bash(
        sandbox,
        "pwd; cat src/a.txt; ./run.sh || bash run.sh; echo oops >&2; exit 3",
      );
      expect(result).toMatchObject({ exitCode: 3, signal: undefined, timedOut: false, truncated: false });
      expect(result.out).toBe("/workspace\nfrom the hostran\n");
      expect(result.err).toBe("oops\n");
    });

    test("stream their output while they run", async () => {
      const seen: string[] = [];
      const startedAt = performance.now();
      let firstAt = 0;
      await bash(sandbox, "echo one; sleep 0.5; echo two >&2", {
        onOutput: (stream, chunk) => {
          firstAt ||= performance.now() - startedAt;
          seen.push(`${stream} ${Buffer.from(chunk)}`);
        },
      });
      expect(seen).toEqual(["stdout one\n", "stderr two\n"]);
      expect(firstAt).toBeLessThan(450);
    });

    test("that a signal ends say which", async () => {
      expect(await bash(sandbox, "kill -SEGV $$")).toMatchObject({ exitCode: undefined, signal: "SIGSEGV" });
    });

    test("that can't be started end like in a shell", async () => {
      const missing = await sandbox.run({ argv: ["/no/such/program"], timeoutMs: 5000 });
      expect(missing.exitCode).toBe(127);
      expect(Buffer.from(missing.stderr).toString()).toContain("/no/such/program");
      expect(await sandbox.run({ argv: ["/workspace/src"], timeoutMs: 5000 })).toMatchObject({
        exitCode: 126,
      });
    });

    test("have Node 24, Python 3 and git", async () => {
      const { out } = await bash(sandbox, "node --version; python3 --version; git --version");
      expect(out).toMatch(/^v24\..*\nPython 3.*\ngit version/);
    });

    test("see only the environment they are given", async () => {
      const { out } = await bash(sandbox, "env; cat /proc/*/environ | tr '\\0' '\\n'", {
        env: { GIVEN: "yes" },
      });
      expect(out).toContain("GIVEN=yes");
      expect(out).toContain("HOME=/home/agent");
      expect(out).not.toContain(SECRET);
      expect(out).not.toMatch(/EVOLVER|npm_|VITEST|DOCKER/);
    });

    test("have their output cut at the cap", async () => {
      const result = await bash(sandbox, "head -c 5000000 /dev/zero; echo end >&2", { outputBytes: 1000 });
      expect(result).toMatchObject({ exitCode: 0, truncated: true, err: "end\n" });
      expect(result.stdout.length).toBe(1000);
    });

    test("and everything they started are killed at their time-out", async () => {
      const script = "trap '' TERM; (setsid sleep 97 &) ; echo begun; sleep 98";
      const result = await bash(sandbox, script, { timeoutMs: 700 });
      expect(result).toMatchObject({
        exitCode: undefined,
        signal: "SIGKILL",
        timedOut: true,
        out: "begun\n",
      });
      expect(result.durationMs).toBeLessThan(5000);
      expect(
        (await bash(sandbox, "pgrep -a sleep || cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).out,
      ).not.toMatch(/sleep 9[78]/);
    });

    test("leave nothing running behind, and don't wait for it", async () => {
      const result = await bash(sandbox, "nohup setsid sleep 96 & (sleep 95 &); disown -a; echo gone");
      expect(result).toMatchObject({ exitCode: 0, out: "gone\n" });
      expect(result.durationMs).toBeLessThan(5000);
      expect((await bash(sandbox, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).out).not.toMatch(/sleep 9[56]/);
    });

    test("that end or freeze what watches over them are killed all the same", async () => {
      const ended = await bash(sandbox, "setsid sleep 93 & kill -9 $PPID; sleep 92");
      expect(ended.durationMs).toBeLessThan(5000);
      const frozen = await bash(sandbox, "setsid sleep 91 & kill -STOP $PPID; sleep 90", { timeoutMs: 300 });
      expect(frozen).toMatchObject({ timedOut: true, signal: "SIGKILL" });
      expect((await bash(sandbox, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).out).not.toMatch(/sleep 9\d/);
    });

    test("have their orphans collected", async () => {
      const script =
        "pid=$(setsid bash -c 'sleep 60 >/dev/null & echo $!'); kill -9 $pid; sleep 0.2; kill -0 $pid";
      const result = await bash(sandbox, script);
      expect(result.exitCode).toBe(1);
      expect(result.err).toContain("No such process");
    });

    test("survive signals to their process group as they would outside", async () => {
      expect(await bash(sandbox, "trap 'echo caught; exit 5' TERM; kill -TERM 0; sleep 5")).toMatchObject({
        exitCode: 5,
        out: "caught\n",
      });
    });
  });

  describe("isolation", () => {
    let sandbox: Sandbox;
    beforeAll(async () => {
      sandbox = await start({
        mounts: [{ path: "/agent", files: tree({ "main.ts": "1", "lib/a.ts": "2" }) }],
      });
    });

    test("there is no network but loopback", async () => {
      const script = `
        for target in 1.1.1.1/53 8.8.8.8/443 169.254.169.254/80 172.17.0.1/22 10.255.255.53/53 127.0.0.1/8080; do
          timeout 5 bash -c "exec 3<>/dev/tcp/$target" 2>/dev/null && echo "reached $target" || echo "no $target $?"
        done
        getent hosts example.com && echo resolved
        ls /sys/class/net 2>/dev/null; cat /proc/net/dev | grep -c :`;
      const { out, durationMs } = await bash(sandbox, script);
      expect(out).not.toMatch(/reached|resolved|eth0/);
      expect(out).not.toContain(" 124\n");
      expect(durationMs).toBeLessThan(10_000);
    });

    test("only the intended places can be written to", async () => {
      const script = `
        for place in / /usr /usr/bin /etc /evolver /evolver/relay /agent /agent/lib /dev /home /run /proc/sys/kernel; do
          (echo x > $place/written) 2>/dev/null && echo "wrote $place"
        done
        (echo x >> /agent/main.ts) 2>/dev/null && echo "changed main.ts"
        (chmod 777 /evolver/bin/node) 2>/dev/null && echo "changed node"
        for place in /workspace /tmp /logs /run/evolver /home/agent /dev/shm; do
          (echo x > $place/written) 2>/dev/null || echo "no $place"
        done
        cat /agent/main.ts /agent/lib/a.ts; stat -c %u /agent /agent/main.ts | sort -u`;
      const { out } = await bash(sandbox, script);
      expect(out).toMatch(/^12(0|65534)\n$/);
    });

    test("it is an ordinary user without capabilities who can't get any", async () => {
      const script =
        "id -u; grep -E '^(CapEff|CapBnd|CapPrm|NoNewPrivs)' /proc/self/status; unshare -Ur id -u; mount -t tmpfs x /mnt";
      const { out, exitCode } = await bash(sandbox, script);
      expect(out).toMatch(/^1000\nCapPrm:\t0+\nCapEff:\t0+\nCapBnd:\t0+\nNoNewPrivs:\t1\n$/);
      expect(exitCode).not.toBe(0);
    });

    test("nothing of the host's is to be seen", async () => {
      const places =
        "/root /home /var/tmp /work /opt /etc/shadow /etc/ssh /run/docker.sock /var/run/docker.sock";
      const seen = await bash(sandbox, `hostname; ls -A ${places}`);
      expect(seen.out.replace("/etc/shadow\n", "").match(/^[^/\n].*[^:\n]$/gm)).toEqual(["sandbox", "agent"]);
      const processes = await bash(sandbox, "cat /proc/[0-9]*/comm");
      expect(processes.out).toBe("MainThread\nevolver: parent\ncat\n");
    });

    test("the relay can't be signalled, read, traced or written to", async () => {
      const script = `
        kill -9 1; kill -STOP 1; kill -TERM 1
        (echo garbage > /proc/1/fd/1) && echo "wrote to its output"
        (echo garbage > /proc/1/fd/0) && echo "wrote to its input"
        cat /proc/1/environ && echo "read its environment"
        head -c 1 /proc/1/mem && echo "read its memory"
        cat /proc/1/maps && echo "read its maps"
        ls /proc/1/fd && echo "listed its files"
        ls /proc/1/root/ && echo "entered its root"
        head -c 1 /evolver/bin/node && echo "read its binary"
        python3 - <<'PY'
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print("traced" if libc.ptrace(16, 1, 0, 0) == 0 else "not traced")
print("took a file" if libc.syscall(438, libc.syscall(434, 1, 0), 1, 0) >= 0 else "took none")
PY
        sleep 0.2; echo alive`;
      expect((await bash(sandbox, script)).out).toBe("not traced\ntook none\nalive\n");
      // Still in step: an answer, not garbage.
      expect((await bash(sandbox, "echo again")).out).toBe("again\n");
    });

    test("a script can't keep a process beyond its command", async () => {
      const script =
        "python3 -c 'import os,time\nfor i in range(20):\n  if os.fork() == 0:\n    os.setsid(); time.sleep(94)' & sleep 0.3";
      await bash(sandbox, script);
      const { out } = await bash(sandbox, "ls -d /proc/[0-9]* | wc -l");
      // Process 1, the collector of orphans, bash, ls and wc.
      expect(Number(out)).toBeLessThanOrEqual(6);
    });
  });

  describe("limits", () => {
    test("a memory hog is killed and the sandbox goes on", async () => {
      const sandbox = await start();
      const hog = await bash(sandbox, "python3 -c 'x = bytearray(1024 * 1024 * 1024)'; echo ended $?");
      expect(hog.out).not.toBe("ended 0\n");
      expect((await bash(sandbox, "echo alive")).out).toBe("alive\n");
    });

    test("a fork bomb stays below the limit and ends with its command", async () => {
      const sandbox = await start();
      const bomb = await bash(
        sandbox,
        "bomb() { bomb | bomb & }; bomb; sleep 1; ls -d /proc/[0-9]* | wc -l",
        {
          timeoutMs: 4000,
        },
      );
      expect(bomb.durationMs).toBeLessThan(9000);
      const { out } = await bash(sandbox, "ls -d /proc/[0-9]* | wc -l");
      expect(Number(out)).toBeLessThanOrEqual(6);
    });

    test("a full disk is an error inside", async () => {
      const sandbox = await start();
      for (const place of ["/workspace", "/tmp", "/dev/shm", "/home/agent"]) {
        const { exitCode, err } = await bash(
          sandbox,
          `head -c 200M /dev/zero > ${place}/big; code=$?; rm ${place}/big; exit $code`,
        );
        expect(exitCode).not.toBe(0);
        expect(err).toContain("No space left");
      }
    });

    test("CPU time is limited", async () => {
      const sandbox = await start({ limits: { ...LIMITS, cpus: 0.25 } });
      const { out } = await bash(
        sandbox,
        "python3 -c 'import time; end = time.time() + 2\nwhile time.time() < end: pass\nprint(time.process_time())'",
      );
      expect(Number(out)).toBeLessThan(1.2);
    });
  });

  describe("files", () => {
    let sandbox: Sandbox;
    const caps = { maxFiles: 100, maxBytes: 2_000_000 };
    beforeAll(async () => {
      sandbox = await start();
    });

    test("go in and come out unchanged", async () => {
      const content = Buffer.alloc(700_000, "0123456789abcdef\0");
      const files: Files = new Map([
        ["a/b/large.bin", { content, executable: false }],
        ["empty", { content: new Uint8Array(), executable: false }],
        ["name with space é.sh", { content: Buffer.from("#!/bin/sh\n"), executable: true }],
      ]);
      await sandbox.copyIn("/tmp/round", files);
      expect((await bash(sandbox, "stat -c '%u %a %n' /tmp/round/*")).out).toContain(
        "1000 755 /tmp/round/name with",
      );
      const out = await sandbox.copyOut("/tmp/round", caps);
      expect([...out.keys()]).toEqual([...files.keys()].sort());
      for (const [path, { content, executable }] of files) {
        expect(out.get(path)?.executable).toBe(executable);
        expect(Buffer.from(out.get(path)?.content ?? []).equals(content)).toBe(true);
      }
    });

    test.each([
      ["a symbolic link", "ln -s /etc/passwd link", /not a regular file/],
      ["a link to a directory", "ln -s /usr dir", /not a regular file/],
      ["a pipe", "mkfifo pipe", /not a regular file/],
      [
        "a socket",
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")'",
        /not a regular file/,
      ],
      ["a name that is not UTF-8", "touch $'a\\xff'", /not UTF-8/],
      ["a name with a line break", "touch $'a\\nb'", /control character/],
      ["too many files", "for i in $(seq 101); do touch f$i; done", /more than 100 files/],
      ["too many directories", "for i in $(seq 201); do mkdir d$i; done", /more than 200 entries/],
      ["too many bytes", "head -c 2000001 /dev/zero > big", /more than 2000000 bytes/],
      ["a sparse giant", "truncate -s 1T giant", /more than 2000000 bytes/],
    ])("%s is refused", async (_what, script, message) => {
      await bash(sandbox, `rm -rf /tmp/odd; mkdir /tmp/odd; cd /tmp/odd; ${script}`);
      const copying = sandbox.copyOut("/tmp/odd", caps);
      await expect(copying).rejects.toMatchObject({
        code: "refused",
        message: expect.stringMatching(message),
      });
      expect((await bash(sandbox, "echo alive")).out).toBe("alive\n");
    });

    test("a directory that isn't there is refused", async () => {
      await expect(sandbox.copyOut("/nowhere", caps)).rejects.toMatchObject({ code: "refused" });
    });

    test("what lies in the way is replaced, not followed or waited for", async () => {
      await bash(
        sandbox,
        "mkdir /tmp/way; cd /tmp/way; echo safe > /tmp/target; ln -s /tmp/target a; mkfifo b",
      );
      await sandbox.copyIn("/tmp/way", tree({ a: "new a", b: "new b" }));
      expect((await bash(sandbox, "cat /tmp/way/a /tmp/way/b /tmp/target")).out).toBe("new anew bsafe\n");
    });

    test("paths that lead out are refused before anything is sent", async () => {
      await expect(sandbox.copyIn("/tmp", tree({ "../x": "" }))).rejects.toMatchObject({ code: "refused" });
      await expect(start({ mounts: [{ path: "/agent", files: tree({ "/x": "" }) }] })).rejects.toMatchObject({
        code: "refused",
      });
    });
  });

  describe("the model", () => {
    const client = (script: string) => ["node", "--input-type=module", "-e", script];
    const url = "http://127.0.0.1:8080/v1";
    let sandbox: Sandbox;
    let aborted = Promise.withResolvers<void>();
    let inFlight = 0;
    let mostInFlight = 0;
    beforeAll(async () => {
      sandbox = await start({ model: handle });
    });

    async function handle(request: Request): Promise<Response> {
      const { pathname, search } = new URL(request.url);
      switch (pathname) {
        case "/v1/echo": {
          const body = {
            method: request.method,
            search,
            key: request.headers.get("authorization"),
            text: await request.text(),
          };
          return Response.json(body, { status: 201, headers: { "x-answer": "42" } });
        }
        case "/v1/slow": {
          inFlight++;
          mostInFlight = Math.max(mostInFlight, inFlight);
          await new Promise((resolve) => setTimeout(resolve, 300));
          inFlight--;
          return new Response(search);
        }
        case "/v1/stream":
          return new Response(
            (async function* () {
              for (const part of ["one", "two"]) {
                yield Buffer.from(part);
                await new Promise((resolve) => setTimeout(resolve, 300));
              }
            })() as unknown as ReadableStream,
          );
        case "/v1/large":
          return new Response(Buffer.alloc(5_000_000, "x"));
        case "/v1/hang":
          request.signal.addEventListener("abort", () => aborted.resolve());
          return new Promise(() => {});
        case "/v1/size":
          return new Response(String((await request.arrayBuffer()).byteLength));
        default:
          throw new Error("nothing here");
      }
    }
    const ask = async (script: string) => {
      const result = await sandbox.run({ argv: client(script), timeoutMs: 15_000 });
      return Buffer.from(result.stdout).toString() + Buffer.from(result.stderr).toString();
    };

    test("gets requests whole and answers with status, headers and body", async () => {
      const out =
        await ask(`const r = await fetch("${url}/echo?a=b", {method: "POST", body: "é".repeat(300000), headers: {authorization: "Bearer x"}});
        const j = await r.json(); console.log(r.status, r.headers.get("x-answer"), j.method, j.search, j.key, j.text.length)`);
      expect(out).toBe("201 42 POST ?a=b Bearer x 300000\n");
    });

    test("streams", async () => {
      const out = await ask(`const t = Date.now(); for await (const c of (await fetch("${url}/stream")).body)
        console.log(Buffer.from(c).toString(), Date.now() - t < 280)`);
      expect(out).toBe("one true\ntwo false\n");
    });

    test("serves many requests at once, 64 at most", async () => {
      const out =
        await ask(`const rs = await Promise.all(Array.from({length: 70}, async (_, i) => (await fetch("${url}/slow?" + i)).status));
        console.log(rs.filter((s) => s === 200).length, rs.filter((s) => s === 429).length)`);
      expect(out).toBe("64 6\n");
      expect(mostInFlight).toBe(64);
    });

    test("is not held up by a client that doesn't read", async () => {
      const out = await ask(`import net from "node:net"; const s = net.connect(8080, "127.0.0.1");
        s.pause(); s.write("GET /v1/large HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n"); await new Promise((r) => setTimeout(r, 300));
        console.log((await (await fetch("${url}/large")).text()).length); process.exit()`);
      expect(out).toBe("5000000\n");
    });

    test("hears when the client goes away", async () => {
      aborted = Promise.withResolvers();
      await ask(`fetch("${url}/hang").catch(() => {}); setTimeout(() => process.exit(), 300)`);
      await aborted.promise;
    });

    test("that throws is a 502, an absurd request a 400 or 413", async () => {
      const out = await ask(`import net from "node:net";
        console.log((await fetch("${url}/none")).status);
        console.log((await fetch("${url}/size", {method: "POST", body: Buffer.alloc(33 * 2 ** 20)}).catch(() => ({status: 413}))).status);
        console.log(await (await fetch("${url}/size", {method: "POST", body: Buffer.alloc(20 * 2 ** 20)})).text());
        const s = net.connect(8080, "127.0.0.1"); s.write("GET http://elsewhere/ HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n");
        for await (const c of s) { console.log(String(c).split(" ")[1]); process.exit(); }`);
      expect(out).toBe(`502\n413\n${20 * 2 ** 20}\n400\n`);
    });
  });

  describe("ending", () => {
    test("stop ends a command under way, may come twice, and later calls say so", async () => {
      const sandbox = await start();
      const running = sandbox.run({ argv: ["sleep", "60"], timeoutMs: 60_000 });
      const rejected = expect(running).rejects.toMatchObject({ code: "aborted" });
      await Promise.all([sandbox.stop(), sandbox.stop()]);
      await rejected;
      await expect(bash(sandbox, "true")).rejects.toMatchObject({ code: "aborted" });
      await sandbox.stop();
    });

    test("the caller's signal stops it", async () => {
      const controller = new AbortController();
      const sandbox = await start({ signal: controller.signal });
      const running = sandbox.run({ argv: ["sleep", "60"], timeoutMs: 60_000 });
      setTimeout(() => controller.abort(new Error("enough")), 100);
      await expect(running).rejects.toMatchObject({
        code: "aborted",
        message: expect.stringContaining("enough"),
      });
      await expect(start({ signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
    });

    test("sandboxes with the same new content can start at once", async () => {
      const mounts = [{ path: "/tests", files: tree({ "test.sh": `echo ${Math.random()}` }) }];
      const sandboxes = await Promise.all([start({ mounts }), start({ mounts }), start({ mounts })]);
      const outputs = await Promise.all(
        sandboxes.map((sandbox) => bash(sandbox, "/tests/test.sh || sh /tests/test.sh")),
      );
      expect(new Set(outputs.map(({ out }) => out)).size).toBe(1);
      expect(outputs[0]?.out).toMatch(/^0\./);
    });

    test("a sandbox ends with the process that started it, however that ends", async () => {
      const seconds = `8${process.pid}.${engine.name.length}`;
      const script = `
        import { chooseEngine } from ${JSON.stringify(new URL("../sandbox/choose-engine.ts", import.meta.url))};
        const engine = await chooseEngine(${JSON.stringify(engine.name)});
        const sandbox = await engine.start({
          image: ${JSON.stringify(image)}, limits: ${JSON.stringify(LIMITS)}, workspace: "/workspace", files: new Map(),
          mounts: [], model: undefined, labels: { campaign: ${JSON.stringify(CAMPAIGN)}, run: "r2" }, signal: undefined,
        });
        await sandbox.run({ argv: ["sleep", ${JSON.stringify(seconds)}], timeoutMs: 600000 });`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
      await expect.poll(() => commandLines(), { timeout: 20_000 }).toContain(`sleep ${seconds}`);
      child.kill("SIGKILL");
      await expect.poll(() => commandLines(), { timeout: 20_000 }).not.toContain(`sleep ${seconds}`);
      expect((await engine.clean(CAMPAIGN)).containers).toBeGreaterThanOrEqual(1);
    });

    test("what a campaign left behind is found by its label", async () => {
      const labels = { campaign: `${CAMPAIGN}-left`, run: "r1" };
      const sandbox = await start({ labels });
      const running = sandbox.run({ argv: ["sleep", "60"], timeoutMs: 60_000 });
      const rejected = expect(running).rejects.toMatchObject({ name: "SandboxError" });
      expect((await engine.clean(`${CAMPAIGN}-other`)).containers).toBe(0);
      expect((await engine.clean(labels.campaign)).containers).toBe(1);
      await rejected;
    });
  });

  describe("images", () => {
    const unknown = { kind: "named", name: "evolver.invalid/none:1" } as const;
    const context = (dockerfile: string) =>
      ({ kind: "build", context: tree({ Dockerfile: dockerfile }) }) as const;

    if (engine.name === "bubblewrap") {
      test.each([unknown, context("FROM scratch")])("other than the base need Docker", async (other) => {
        const message = expect.stringContaining("needs Docker");
        await expect(engine.prepareImage(other)).rejects.toMatchObject({ code: "image", message });
      });
      return;
    }

    test("that are unknown are reported", async () => {
      const message = expect.stringContaining(unknown.name);
      await expect(engine.prepareImage(unknown)).rejects.toMatchObject({ code: "image", message });
      const missing = start({ image: { reference: "evolver-none:1", digest: "" } });
      await expect(missing).rejects.toMatchObject({ code: "image" });
    });

    test("that can't be built show why", async () => {
      const broken = context(`FROM ${image.reference}\nRUN echo about to fail && exit 9`);
      const message = expect.stringMatching(/about to fail(.|\n)*9|9(.|\n)*about to fail/);
      await expect(engine.prepareImage(broken)).rejects.toMatchObject({ code: "image", message });
    });

    test("that are built bring their workspace, environment and user, still without capabilities", async () => {
      const own = context(
        `FROM ${image.reference}\nENV GIVEN_BY=image NODE_OPTIONS=--no-such-option PATH=/opt/own:$PATH\nRUN mkdir /testbed /opt/own && echo kept > /testbed/file\n`,
      );
      const built = await engine.prepareImage(own);
      expect(await engine.prepareImage(own)).toEqual(built);
      const limits = { ...LIMITS, diskMb: 20 };
      const sandbox = await start({ image: built, workspace: "/testbed", files: undefined, limits });
      const script =
        "pwd; cat file; echo more >> file && cat file; env | grep -E 'GIVEN|^PATH|NODE_O'; grep CapEff /proc/self/status; cat /proc/1/environ";
      const { out } = await bash(sandbox, script);
      expect(out).toMatch(/^\/testbed\nkept\nkept\nmore\n/);
      expect(out).toContain("GIVEN_BY=image\n");
      expect(out).toMatch(/^PATH=\/evolver\/bin:\/opt\/own:/m);
      expect(out).not.toContain("NODE_OPTIONS");
      expect(out).toMatch(/CapEff:\t0+\n$/);
      const filling = bash(sandbox, "head -c 30M /dev/zero > big; sleep 15");
      await expect(filling).rejects.toMatchObject({
        code: "ended",
        message: expect.stringContaining("20 MiB"),
      });
    });

    test("a container killed from outside is an ended sandbox", async () => {
      const sandbox = await start();
      const running = bash(sandbox, "sleep 60");
      const rejected = expect(running).rejects.toMatchObject({ code: "ended" });
      await new Docker().getContainer(sandbox.id).kill();
      await rejected;
    });
  });
}

test("an engine that doesn't answer is reported with what to do", async () => {
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = "tcp://127.0.0.1:1";
  try {
    await expect(chooseEngine("docker")).rejects.toMatchObject({
      code: "engine",
      message: expect.stringMatching(/ECONNREFUSED.*is it running/),
    });
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
});
