import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readTestReport } from "./test-report.ts";

const directory = mkdtempSync(join(tmpdir(), "evolver-report-"));
const file = join(directory, "report.json");
afterAll(() => rmSync(directory, { recursive: true }));

test("counts tests, and a file that did not load as one failed", () => {
  const results = [
    {
      name: "/project/tests/a.test.ts",
      status: "failed",
      assertionResults: [
        { fullName: "adds", status: "passed" },
        { fullName: "subtracts", status: "failed" },
        { fullName: "docker runs", status: "skipped" },
        { fullName: "divides", status: "todo" },
      ],
    },
    { name: "/project/tests/broken.test.ts", status: "failed", assertionResults: [] },
  ];
  writeFileSync(file, JSON.stringify({ testResults: results }));
  expect(readTestReport(file, "/project")).toEqual({
    passed: 1,
    failed: 2,
    skipped: 2,
    skippedTests: ["tests/a.test.ts: docker runs", "tests/a.test.ts: divides"],
  });
});

test("a report that is missing or cut off is none", () => {
  expect(readTestReport(join(directory, "absent.json"), "/project")).toBeUndefined();
  writeFileSync(file, '{"testResults": [');
  expect(readTestReport(file, "/project")).toBeUndefined();
});
