/** An exact replacement of one stretch of text. */
export type Replacement = { readonly before: string; readonly after: string };

/**
 * The smallest run of whole lines that differs between two texts, widened until its old version occurs exactly once,
 * which replacing tools ask for. Undefined when only the whole file would do.
 */
export function exactReplacement(old: string, fresh: string): Replacement | undefined {
  const oldLines = lines(old);
  const freshLines = lines(fresh);
  const most = Math.min(oldLines.length, freshLines.length);
  let head = 0;
  while (head < most && oldLines[head] === freshLines[head]) head++;
  let tail = 0;
  while (tail < most - head && oldLines.at(-1 - tail) === freshLines.at(-1 - tail)) tail++;
  for (; head > 0 || tail > 0; head = Math.max(0, head - 1), tail = Math.max(0, tail - 1)) {
    const before = oldLines.slice(head, oldLines.length - tail).join("");
    if (before !== "" && old.split(before).length === 2) {
      return { before, after: freshLines.slice(head, freshLines.length - tail).join("") };
    }
  }
  return undefined;
}

function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
