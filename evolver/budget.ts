/** What a campaign may use; undefined is no limit. */
export type BudgetLimits = {
  readonly evaluations: number;
  readonly expansions: number | undefined;
  readonly tokens: number | undefined;
  readonly usd: number | undefined;
  readonly hours: number | undefined;
};

/** What it has used. `usd` is undefined while a cost is not known. */
export type Spent = {
  readonly evaluations: number;
  readonly expansions: number;
  readonly tokens: number;
  readonly usd: number | undefined;
  readonly hours: number;
};

/** What runs have used so far, for the limits that only show when a run has ended. */
export type Usage = {
  readonly tokens: number;
  /** The sum of the costs that are known. */
  readonly usd: number;
  readonly hours: number;
  /** Runs that have ended, and runs at work, whose use is still to come. */
  readonly endedRuns: number;
  readonly runningRuns: number;
};

/**
 * Why nothing new may start, undefined while there is room. For tokens and dollars the runs at work and the next one are
 * reserved at the mean of those that have ended, so that the limit holds but for the spread around the mean. Evaluations
 * and expansions are the search's own business: it counts those in flight exactly.
 */
export function exhausted(limits: BudgetLimits, usage: Usage): string | undefined {
  const reserve = (spent: number) =>
    usage.endedRuns === 0 ? 0 : (spent / usage.endedRuns) * (usage.runningRuns + 1);
  const passes = (limit: number | undefined, spent: number) =>
    limit !== undefined && (spent >= limit || spent + reserve(spent) > limit);
  if (passes(limits.tokens, usage.tokens)) return `the budget of ${limits.tokens} tokens is spent`;
  if (passes(limits.usd, usage.usd)) return `the budget of $${limits.usd} is spent`;
  if (limits.hours !== undefined && usage.hours >= limits.hours) {
    return `the budget of ${limits.hours} hours is spent`;
  }
  return undefined;
}

/** What is wrong when a dollar budget is set but a model's price is not known: such a budget could not be kept. */
export function unkeepable(limits: BudgetLimits, unpriced: readonly string[]): string | undefined {
  if (limits.usd === undefined || unpriced.length === 0) return undefined;
  return (
    `budget.usd is set, but the price of ${unpriced.join(", ")} is not known: give prompt_usd and completion_usd in ` +
    "[models], or leave budget.usd out"
  );
}
