/**
 * Work that is done once for each key: callers that come while it runs share it, later ones get its result. A failure
 * is forgotten, so that the next caller tries again; `forget` makes a success be forgotten too.
 */
export function once<T>(): {
  run(key: string, work: () => Promise<T>): Promise<T>;
  forget(key?: string): void;
} {
  const results = new Map<string, Promise<T>>();
  return {
    run: (key, work) => {
      const known = results.get(key);
      if (known !== undefined) return known;
      const result = work();
      results.set(key, result);
      result.catch(() => results.delete(key));
      return result;
    },
    forget: (key) => {
      if (key === undefined) results.clear();
      else results.delete(key);
    },
  };
}
