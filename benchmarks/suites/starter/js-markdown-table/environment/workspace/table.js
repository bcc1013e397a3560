/** Reads a table: alignments, header and rows; undefined when the text is none. */
export function parseTable(text) {
  throw new Error("not written yet");
}

/** Writes a table in columns. */
export function formatTable({ align, header, rows }) {
  throw new Error("not written yet");
}

/** A document with its tables formatted. */
export function tidy(text) {
  throw new Error("not written yet");
}
