/** Seconds for people: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${padded(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} min`;
}

/** A share from 0 to 1 for people: `62 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A count for people, three digits: `950`, `12.3k`, `1.24M`. */
export function shortNumber(count: number): string {
  if (count < 1000) return String(count);
  const units = ["k", "M", "G", "T"];
  let value = count / 1000;
  // 999.5 would be shown as 1000.
  while (value >= 999.5 && units.length > 1) {
    value /= 1000;
    units.shift();
  }
  return `${Number(value.toPrecision(3))}${units[0]}`;
}

/** Dollars for people; null is a cost that is not known, which is not zero. */
export function dollars(costUsd: number | null, simulated: boolean): string {
  if (costUsd === null) return "unknown";
  if (costUsd === 0) return simulated ? "$0 (simulated)" : "$0";
  return costUsd < 0.1 ? `$${Number(costUsd.toPrecision(2))}` : `$${costUsd.toFixed(2)}`;
}

/** Solved of counted evaluations: `12/16`, `-` when nothing counted. */
export function counts({ solved, counted }: { readonly solved: number; readonly counted: number }): string {
  return counted === 0 ? "-" : `${solved}/${counted}`;
}

/** A number with its noun: `1 run`, `3 runs`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function padded(value: number): string {
  return String(value).padStart(2, "0");
}
