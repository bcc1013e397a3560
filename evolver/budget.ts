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

/**
 * Why nothing new may start, undefined while there is room. Evaluations and expansions are the search's own business:
 * it counts those in flight too; here are the limits that only show when work has ended.
 */
export function exhausted(
  limits: BudgetLimits,
  spent: Pick<Spent, "tokens" | "usd" | "hours">,
): string | undefined {
  if (limits.tokens !== undefined && spent.tokens >= limits.tokens)
    return `the budget of ${limits.tokens} tokens is spent`;
  if (limits.usd !== undefined && spent.usd !== undefined && spent.usd >= limits.usd) {
    return `the budget of $${limits.usd} is spent`;
  }
  if (limits.hours !== undefined && spent.hours >= limits.hours)
    return `the budget of ${limits.hours} hours is spent`;
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
