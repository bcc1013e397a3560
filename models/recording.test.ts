import { expect, test } from "vitest";
import { openRecording } from "./recording.ts";

const exchange = (sequence: number, content: string) => ({
  sequence,
  request: JSON.stringify({ content }),
  status: 200,
  response: content,
  error: undefined,
});
const lines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("keeps requests and answers as they were, in order", () => {
  const recording = openRecording();
  recording.add(exchange(2, 'a "quoted"\nü'));
  recording.add({ ...exchange(1, ""), error: "cancelled", status: 0 });
  expect(lines(recording.text())).toEqual([
    { sequence: 2, request: { content: 'a "quoted"\nü' }, status: 200, response: 'a "quoted"\nü' },
    { sequence: 1, request: { content: "" }, status: 0, response: "", error: "cancelled" },
  ]);
});

test("what is too much is left out, and the recording says so; what is in it has no gaps", () => {
  const recording = openRecording(10_000);
  recording.add(exchange(1, "small"));
  recording.add(exchange(2, "ü".repeat(4_000)));
  for (let n = 3; n <= 1_000; n += 1) recording.add(exchange(n, "small"));
  const text = recording.text();
  expect(Buffer.byteLength(text)).toBeLessThan(11_000);
  expect(lines(text).map(({ sequence }) => sequence)).toEqual([1, 1_000]);
  expect(lines(text)[1].error).toMatch(/full at 10000 bytes; the 999 calls .* left out/);
});

test("a gigabyte of requests is neither kept nor too long for a text", () => {
  const recording = openRecording();
  const large = exchange(1, "x".repeat(4 * 1024 * 1024));
  for (let n = 1; n <= 128; n += 1) recording.add(large);
  expect(recording.text().length).toBeLessThan(65 * 1024 * 1024);
});
