import { retry } from "./retry.ts";
import type { RetryOptions } from "./types.ts";

/** The temperature at a station, in degrees. */
export async function temperature(
  read: (station: string) => Promise<string>,
  station: string,
  options: RetryOptions,
): Promise<number> {
  const text = await retry(() => read(station), options);
  return Number.parseFloat(text);
}
