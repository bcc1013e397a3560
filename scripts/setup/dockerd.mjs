import { spawn, spawnSync } from "node:child_process";
import { existsSync, openSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dockerAnswers } from "./docker-ping.mjs";
import { SYSTEM_PATH } from "./packages.mjs";
import { SetupError } from "./setup-error.mjs";

const LOG = "/var/log/evolver-dockerd.log";
const PID_FILE = "/var/run/docker.pid";
const CONTAINERD_PID_FILE = "/var/run/docker/containerd/containerd.pid";
const PATIENCE_MS = 60_000;

/**
 * Starts the installed Docker engine as a process of its own, which outlives this one, and waits until it answers.
 * Copes with what an engine leaves behind that was killed hard.
 * @param {(line: string) => void} say
 * @returns {Promise<void>} throws SetupError when it does not answer within a minute
 */
export async function startDockerd(say) {
  const giveUpAt = Date.now() + PATIENCE_MS;
  const running = liveProcess(PID_FILE, "dockerd");
  let log = "its own log";
  /** @type {() => boolean} */
  let ended = () => false;
  if (running !== undefined) say(`waiting for the Docker engine (process ${running}) to answer`);
  else if (existsSync("/run/systemd/system")) {
    say("starting the Docker engine (systemctl start docker)");
    log = "journalctl -u docker";
    spawnSync("systemctl", ["start", "docker"], { stdio: "ignore", timeout: PATIENCE_MS });
  } else {
    log = LOG;
    clearLeftovers();
    say(`starting the Docker engine (dockerd, output in ${LOG})`);
    ended = launch();
  }
  while (Date.now() < giveUpAt && !ended()) {
    if (await dockerAnswers()) return;
    await sleep(250);
  }
  const what = ended() ? "ended at once" : "did not answer within 60 s";
  throw new SetupError(`the Docker engine ${what}; see ${log}${log === LOG ? endOf(LOG) : ""}`);
}

function launch() {
  const output = openSync(LOG, "a");
  // A session of its own, and no pipe of ours: whoever waits for our output must not wait for the engine.
  const engine = spawn("dockerd", [], {
    cwd: "/",
    detached: true,
    env: { ...process.env, PATH: SYSTEM_PATH },
    stdio: ["ignore", output, output],
  });
  let ended = false;
  engine.on("error", () => {
    ended = true;
  });
  engine.on("exit", () => {
    ended = true;
  });
  engine.unref();
  return () => ended;
}

/**
 * A process id file whose process is gone, or is another program by now, keeps dockerd from starting; a containerd
 * whose dockerd was killed may hang and be taken over in that state. Containers survive the end of both.
 */
function clearLeftovers() {
  rmSync(PID_FILE, { force: true });
  const orphan = liveProcess(CONTAINERD_PID_FILE, "containerd");
  if (orphan !== undefined) process.kill(orphan, "SIGKILL");
  rmSync(CONTAINERD_PID_FILE, { force: true });
}

/**
 * The id in the file when it belongs to a running process of this program.
 * @param {string} file
 * @param {string} program
 */
function liveProcess(file, program) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // The link is empty for a zombie, and ends in " (deleted)" after an upgrade.
    const executable = basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, "");
    return executable === program ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function endOf(file) {
  return `\n  ${readFileSync(file, "utf8").trim().split("\n").slice(-5).join("\n  ")}`;
}
