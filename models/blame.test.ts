import { expect, test } from "vitest";
import { blame, type ServerRecord } from "./blame.ts";

const OK = { status: 200, end: undefined };
const BROKEN = { status: 500, end: "model-error" } as const;
const fresh = (): ServerRecord => ({ successes: 0, failures: new Map() });

test.each([401, 403, 404])(
  "a server that answers %i is set up wrongly, however often it happens",
  (status) => {
    const record = fresh();
    for (let times = 0; times < 5; times += 1) {
      blame(record, "other", OK);
      expect(blame(record, "work", { status, end: "model-error" })).toBe("model-unreachable");
    }
  },
);

test("a refused request is the agent's own, once the server has answered anybody", () => {
  const record = fresh();
  expect(blame(record, "work", { status: 400, end: undefined })).toBe("model-unreachable");
  blame(record, "other", OK);
  expect(blame(record, "work", { status: 400, end: undefined })).toBeUndefined();
});

test("an outage is nobody's, however long it lasts", () => {
  const record = fresh();
  blame(record, "other", OK);
  for (let times = 0; times < 10; times += 1) {
    expect(blame(record, "work", BROKEN)).toBe("model-unreachable");
    expect(blame(record, "other", BROKEN)).toBe("model-unreachable");
  }
});

test("work that fails again while the server answers others may have provoked it", () => {
  const record = fresh();
  expect(blame(record, "work", BROKEN)).toBe("model-unreachable");
  blame(record, "other", OK);
  expect(blame(record, "work", BROKEN)).toBe("model-error");
});
