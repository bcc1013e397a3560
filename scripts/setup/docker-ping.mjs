import { get } from "node:http";

/**
 * Whether a Docker engine answers where DOCKER_HOST says, else at the usual socket. The engine is asked, not the client:
 * a machine may have the one without the other. An engine behind ssh or TLS is taken on trust.
 * @param {number} [timeoutMs]
 * @returns {Promise<boolean>}
 */
export function dockerAnswers(timeoutMs = 3000) {
  const host = process.env.DOCKER_HOST || "unix:///var/run/docker.sock";
  const where = address(host);
  if (where === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const request = get({ ...where, path: "/_ping", timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
    request.on("close", () => resolve(false));
  });
}

/** @param {string} host */
function address(host) {
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length) };
  if (!host.startsWith("tcp://") || process.env.DOCKER_TLS_VERIFY) return undefined;
  const { hostname, port } = new URL(host);
  return { host: hostname, port: port || "2375" };
}
