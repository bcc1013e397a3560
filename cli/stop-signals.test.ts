import { expect, test } from "vitest";
import { unlessStopped } from "./stop-signals.ts";

test("work that can't be called back is left behind when the signal fires", async () => {
  const stop = new AbortController();
  const waited = unlessStopped(stop.signal, new Promise<string>(() => undefined));
  stop.abort();
  expect(await waited).toBeUndefined();
  expect(await unlessStopped(stop.signal, new Promise<string>(() => undefined))).toBeUndefined();
});

test("what the signal broke is no error; what broke by itself is one", async () => {
  const stop = new AbortController();
  expect(await unlessStopped(stop.signal, Promise.resolve("done"))).toBe("done");
  await expect(unlessStopped(stop.signal, Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  stop.abort();
  expect(await unlessStopped(stop.signal, Promise.reject(new Error("killed, too")))).toBeUndefined();
});
