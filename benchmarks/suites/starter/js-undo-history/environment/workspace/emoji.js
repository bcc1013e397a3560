/** The number of code units of the character that ends at `position`. */
export function lengthBefore(text, position) {
  const pair = /[\ud800-\udbff][\udc00-\udfff]$/;
  return pair.test(text.slice(0, position)) ? 2 : 1;
}
