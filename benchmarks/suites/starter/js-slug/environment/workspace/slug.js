/** The last part of an article's address, made of its title. */
export function slugify(title, maxLength = 60) {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "-")
    .slice(0, maxLength);
}

/** A slug for the title that is not in the set `taken`. */
export function uniqueSlug(title, taken) {
  throw new Error("not written yet");
}
