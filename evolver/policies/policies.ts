import type { Config } from "../config.ts";
import type { Policy } from "../search.ts";
import { hgm } from "./hgm.ts";

/** The search's policies by their name in `search.policy`; a new one is a file beside this and a line here. */
const POLICIES: Readonly<Record<Config["search"]["policy"], (search: Config["search"]) => Policy>> = {
  hgm: ({ alpha, beta, cooling, initial_expansions: initialExpansions }) =>
    hgm({ alpha, beta, cooling, initialExpansions }),
};

/** The policy which a configuration asks for. */
export function policyFor({ search }: Config): Policy {
  return POLICIES[search.policy](search);
}
