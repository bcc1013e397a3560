import type { Counts } from "./search.ts";
import { betaMean, betaQuantile, credibleInterval } from "./statistics.ts";

export type RankedAgent = {
  readonly agent: number;
  /** With a chance of `1 - epsilon` the true share of solved tasks is above this. */
  readonly quantile: number;
  /** Posterior mean of the share of solved tasks, (1 + solved) / (2 + counted). */
  readonly mean: number;
  /** The 95 % credible interval. */
  readonly interval: readonly [low: number, high: number];
  readonly solved: number;
  readonly counted: number;
};

/**
 * The agents from best to worst by the `epsilon` quantile of Beta(1 + solved, 1 + failed): what an agent can do almost
 * surely, so that a lucky start on few tasks doesn't win (Huxley-Gödel Machine, arXiv 2510.21614: the final agent). Ties
 * go to the one with more evaluations, then to the older one. Agents that were never evaluated come last: their quantile
 * is `epsilon`, which would rank them above agents known to fail. Throws `RangeError` for an epsilon outside [0, 1].
 */
export function rankAgents(
  agents: readonly { readonly id: number; readonly own: Counts }[],
  epsilon = 0.1,
): readonly RankedAgent[] {
  return agents
    .map(({ id, own: { solved, counted } }): RankedAgent => {
      const [a, b] = [1 + solved, 1 + counted - solved];
      const interval = credibleInterval({ solved, counted });
      return {
        agent: id,
        quantile: betaQuantile(epsilon, a, b),
        mean: betaMean(a, b),
        interval,
        solved,
        counted,
      };
    })
    .sort(
      (one, other) =>
        Number(other.counted > 0) - Number(one.counted > 0) ||
        other.quantile - one.quantile ||
        other.counted - one.counted ||
        one.agent - other.agent,
    );
}
