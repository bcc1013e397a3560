import { spawnSync } from "node:child_process";
import { dockerAnswers } from "./docker-ping.mjs";
import { startDockerd } from "./dockerd.mjs";
import { canProvision, installPackages, isInstalled, SYSTEM_PATH } from "./packages.mjs";
import { SetupError } from "./setup-error.mjs";

/** bubblewrap and the programs which its sandboxes take from this machine, with their Debian packages. */
const BUBBLEWRAP = { bwrap: "bubblewrap", python3: "python3", git: "git" };

/**
 * Makes sure that one sandbox engine works: Docker, else bubblewrap, which is installed where that is possible.
 * @param {(line: string) => void} say
 * @returns {Promise<void>} throws SetupError when there is none
 */
export async function ensureAnySandbox(say) {
  if (await dockerAnswers()) return;
  const missing = missingForBubblewrap();
  if (missing.length === 0 && bubblewrapWorks()) return;
  if (missing.length > 0 && canProvision()) {
    say(`no sandbox engine found: installing ${missing.join(", ")}`);
    installPackages(missing);
    if (bubblewrapWorks()) return;
  }
  throw new SetupError(
    "no sandbox engine: agents run in Docker or bubblewrap only. " +
      (missing.length > 0
        ? `Start Docker, or install ${missing.join(", ")} (Debian: apt-get install ${missing.join(" ")})`
        : "Docker does not answer, and bubblewrap may not make user namespaces here " +
          "(try: bwrap --unshare-all --ro-bind / / true). Start Docker, or allow user namespaces"),
  );
}

/**
 * Provides what the tests need as far as this machine lets it: a Docker engine that answers, and bubblewrap.
 * What can't be had is said in one line; the tests report what they skip.
 * @param {(line: string) => void} say
 * @returns {Promise<void>}
 */
export async function ensureTestEngines(say) {
  try {
    const docker = await dockerAnswers();
    const wanted = missingForBubblewrap();
    if (!docker && !process.env.DOCKER_HOST && !isInstalled("dockerd")) wanted.push("docker.io");
    if (!docker && !isInstalled("debootstrap")) wanted.push("debootstrap");
    if (wanted.length > 0 && canProvision()) {
      say(`installing ${wanted.join(", ")} (EVOLVER_PROVISION=0 switches this off)`);
      installPackages(wanted);
    }
    if (docker) return;
    if (process.env.DOCKER_HOST)
      return say(`no Docker engine answers at DOCKER_HOST=${process.env.DOCKER_HOST}`);
    if (!canProvision() || !isInstalled("dockerd")) {
      return say("no Docker engine answers; start one to run the tests which need it");
    }
    await startDockerd(say);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`${error.message}; going on without`);
  }
}

function missingForBubblewrap() {
  return Object.entries(BUBBLEWRAP).flatMap(([program, name]) => (isInstalled(program) ? [] : [name]));
}

function bubblewrapWorks() {
  const args = ["--unshare-all", "--ro-bind", "/", "/", "true"];
  return (
    spawnSync("bwrap", args, { env: { PATH: SYSTEM_PATH }, stdio: "ignore", timeout: 10_000 }).status === 0
  );
}
