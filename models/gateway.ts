import type { Endpoint, Gateway, ModelCall, Role } from "./contract.ts";
import { openRun } from "./run-model.ts";
import { connect, probe, type Server } from "./server.ts";

export type GatewayOptions = {
  readonly endpoints: Readonly<Record<Role, Endpoint>>;
  /** Called once for each request, when it has ended. */
  readonly onCall: (call: ModelCall) => void;
  /** Retries of a request that failed for a reason on the server's side. */
  readonly retries?: number;
};

/**
 * The only way to a model: queues per endpoint, enforces each run's budget, retries what is retryable, counts and
 * records every request. Requests and responses pass unchanged but for the model's name and the usage that is asked
 * for in streams.
 */
export function createGateway({ endpoints, onCall, retries = 4 }: GatewayOptions): Gateway {
  const servers = new Map<Endpoint, Server>();
  const server = (role: Role): Server => {
    const endpoint = endpoints[role];
    const known = servers.get(endpoint) ?? connect(endpoint, retries);
    servers.set(endpoint, known);
    return known;
  };
  return {
    open: (run) => openRun(run, server(run.role), onCall),
    describe() {
      const roles = Object.keys(endpoints) as Role[];
      return Object.fromEntries(roles.map((role) => [role, server(role).description])) as ReturnType<
        Gateway["describe"]
      >;
    },
    probe: (role) => probe(role, endpoints[role], server(role)),
  };
}
