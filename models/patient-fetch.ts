import type { Agent, RequestInit as UndiciRequestInit } from "undici";

/**
 * Makes a `fetch` without limits of its own: Node's gives up on a response whose head, or whose next byte, takes more
 * than 300 seconds, and slow local models take longer. The caller's signal is the limit.
 */
export function createPatientFetch(): typeof fetch {
  let agent: Agent | undefined;
  return async (input, init) => {
    // Loaded with the first request: most commands send none.
    const undici = await import("undici");
    agent ??= new undici.Agent({ headersTimeout: 0, bodyTimeout: 0 });
    const options = { ...init, dispatcher: agent } as UndiciRequestInit;
    return (await undici.fetch(input as string | URL, options)) as unknown as Response;
  };
}
