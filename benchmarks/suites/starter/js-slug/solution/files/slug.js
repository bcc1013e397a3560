const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l" };

/** The last part of an article's address, made of its title. */
export function slugify(title, maxLength = 60) {
  const words = title
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[ßæœøđł]/g, (letter) => LETTERS[letter])
    .replace(/['’]/g, "")
    .replaceAll("&", " and ")
    .replaceAll("@", " at ")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  if (words.length === 0) return "untitled";
  let slug = words[0].slice(0, maxLength);
  for (const word of words.slice(1)) {
    if (slug.length + 1 + word.length > maxLength) break;
    slug += `-${word}`;
  }
  return slug;
}

/** A slug for the title that is not in the set `taken`. */
export function uniqueSlug(title, taken) {
  const slug = slugify(title);
  if (!taken.has(slug)) return slug;
  let number = 2;
  while (taken.has(`${slug}-${number}`)) number += 1;
  return `${slug}-${number}`;
}
