/** A row with NULLs as `undefined`, which is how records spell "not known". */
export function fromRow<T>(row: unknown): T {
  return Object.fromEntries(
    Object.entries(row as Record<string, unknown>).map(([key, value]) => [
      key,
      value === null ? undefined : value,
    ]),
  ) as T;
}
