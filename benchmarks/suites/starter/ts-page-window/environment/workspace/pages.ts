/** The page links to show; "gap" stands for pages that are left out. */
export function pageWindow(current: number, count: number, around = 2): (number | "gap")[] {
  const links: (number | "gap")[] = [1];
  if (current - around > 1) links.push("gap");
  for (let page = current - around; page < current + around; page += 1) links.push(page);
  if (current + around < count) links.push("gap");
  links.push(count);
  return links;
}

/** The entries on a page, and the number of pages. */
export function pageRange(current: number, pageSize: number, total: number): { from: number; to: number; pages: number } {
  throw new Error("not written yet");
}
