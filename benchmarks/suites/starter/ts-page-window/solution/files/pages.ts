/** The page links to show; "gap" stands for two or more pages that are left out. */
export function pageWindow(current: number, count: number, around = 2): (number | "gap")[] {
  check(Number.isInteger(current) && Number.isInteger(count) && Number.isInteger(around), "integers");
  check(count >= 0 && around >= 0, "a count and a width of at least 0");
  const middle = clamp(current, count);
  const links: (number | "gap")[] = [];
  let last = 0;
  for (let page = 1; page <= count; page += 1) {
    const shown = page === 1 || page === count || Math.abs(page - middle) <= around;
    if (!shown) continue;
    if (page - last === 2) links.push(page - 1);
    if (page - last > 2) links.push("gap");
    links.push(page);
    last = page;
  }
  return links;
}

/** The entries on a page, and the number of pages. */
export function pageRange(current: number, pageSize: number, total: number): { from: number; to: number; pages: number } {
  check(Number.isInteger(current) && Number.isInteger(pageSize) && Number.isInteger(total), "integers");
  check(pageSize >= 1 && total >= 0, "a page size of at least 1 and a total of at least 0");
  if (total === 0) return { from: 0, to: 0, pages: 0 };
  const pages = Math.ceil(total / pageSize);
  const page = clamp(current, pages);
  return { from: (page - 1) * pageSize + 1, to: Math.min(page * pageSize, total), pages };
}

function clamp(page: number, count: number): number {
  return Math.max(1, Math.min(page, count));
}

function check(condition: boolean, expected: string): void {
  if (!condition) throw new RangeError(`expected ${expected}`);
}
