/** A piece of a formula. */
export type Token = { readonly text: string; readonly position: number };

/** The tokens of a formula. */
export function tokenize(source: string): Token[] {
  throw new Error("not written yet");
}
