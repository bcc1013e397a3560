/** Everything evolver makes in Docker carries `evolver=1`; caches carry no campaign, because campaigns share them. */
export const EVOLVER = { evolver: "1" };

/** Labels of what belongs to one run of one campaign. */
export function runLabels(labels: {
  readonly campaign: string;
  readonly run: string;
}): Record<string, string> {
  return { ...EVOLVER, "evolver.campaign": labels.campaign, "evolver.run": labels.run };
}

/** A filter for listing: of one campaign, or all. */
export function labelFilter(campaign: string | undefined): { readonly label: string[] } {
  return { label: campaign === undefined ? ["evolver=1"] : ["evolver=1", `evolver.campaign=${campaign}`] };
}
