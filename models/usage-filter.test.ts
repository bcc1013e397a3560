import fc from "fast-check";
import { expect, test } from "vitest";
import { createUsageFilter } from "./usage-filter.ts";

const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":1}}';
const EVENTS = [
  'data: {"choices":[{"delta":{}}]}',
  ": keep-alive",
  "data: [DONE]",
  "event: x\ndata: 1",
  "data:",
];

test("leaves out the usage however the stream is cut, with either end of line", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(USAGE, ...EVENTS)),
      fc.constantFrom("\n", "\r\n"),
      fc.array(fc.nat(200)),
      (events, newline, cuts) => {
        const write = (list: readonly string[]) => list.map((event) => event + newline + newline).join("");
        const text = write(events);
        const filter = createUsageFilter();
        const ends = [...cuts.toSorted((a, b) => a - b), text.length];
        const passed = ends.map((end, index) => filter.pass(text.slice(ends[index - 1] ?? 0, end)));
        expect(passed.join("") + filter.rest()).toBe(write(events.filter((event) => event !== USAGE)));
      },
    ),
  );
});

test.each(["\n\n", "\r\n\r\n"])("an event passes when it has ended with %j, not later", (end) => {
  const filter = createUsageFilter();
  expect(filter.pass(`data: 1${end}data:`)).toBe(`data: 1${end}`);
});

test("a long event in small pieces takes no longer for being long", () => {
  const filter = createUsageFilter();
  const startedAt = performance.now();
  for (let n = 0; n < 500_000; n += 1) filter.pass("zzzzzzzz");
  filter.pass("\r\n\r\n");
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
