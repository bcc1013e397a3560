import { readFileSync } from "node:fs";
import { relative } from "node:path";

export type TestReport = {
  readonly passed: number;
  /** A file that did not load, or whose set-up failed, counts as one. */
  readonly failed: number;
  readonly skipped: number;
  /** `file: name` of each skipped test. */
  readonly skippedTests: readonly string[];
};

type VitestFile = {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
};

/** Reads vitest's JSON report; undefined when it is missing or cut off. */
export function readTestReport(file: string, root: string): TestReport | undefined {
  let files: readonly VitestFile[];
  try {
    files = JSON.parse(readFileSync(file, "utf8")).testResults;
  } catch {
    return undefined;
  }
  const tests = files.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      status,
      title: `${relative(root, name)}: ${fullName}`,
    })),
  );
  const passed = tests.filter(({ status }) => status === "passed").length;
  const failedTests = tests.filter(({ status }) => status === "failed").length;
  const brokenFiles = files.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
  ).length;
  const skipped = tests.filter(({ status }) => status !== "passed" && status !== "failed");
  return {
    passed,
    failed: failedTests + brokenFiles,
    skipped: skipped.length,
    skippedTests: skipped.map(({ title }) => title),
  };
}
