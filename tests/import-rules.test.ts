import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkImportRules } from "../scripts/check-import-rules.ts";

const root = dirname(import.meta.dirname);
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "evolver-rules-"));
  write("package.json", '{"type": "module"}');
  write("sandbox/contract.ts", "export type Limits = { cpus: number };");
  write(
    "sandbox/docker/engine.ts",
    'import type { Limits } from "../contract.ts";\nexport const engine = {} as Limits;',
  );
  write("archive/records.ts", "export type Row = number;");
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

test.each([
  ["archive/a.ts", 'import { engine } from "../sandbox/docker/engine.ts";', "archive-stands-alone"],
  ["archive/a.ts", 'import type { Limits } from "../sandbox/contract.ts";', "archive-stands-alone"],
  ["archive/a.ts", 'export const later = () => import("../sandbox/contract.ts");', "archive-stands-alone"],
  ["agents/seed/a.ts", 'import type { Row } from "../../archive/records.ts";', "agents-stands-alone"],
  [
    "benchmarks/a.ts",
    'import type { Row } from "../archive/records.ts";',
    "benchmarks-need-the-sandbox-contract",
  ],
  ["evolver/a.ts", 'import { engine } from "../sandbox/docker/engine.ts";', "evolver-knows-contracts"],
  ["sandbox/contract.ts", 'import { engine } from "./docker/engine.ts";', "no-cycles"],
  ["evolver/a.ts", 'import "./missing.ts";', "resolvable"],
])("%s with %s breaks the rules", async (file, line, rule) => {
  write(file, `${line}\n`);
  const { ok, output } = await checkImportRules(root, project);
  expect(output).toContain(rule);
  expect(ok).toBe(false);
});

test("contracts may be imported, and tests may import anything", async () => {
  write("benchmarks/a.ts", 'import type { Limits } from "../sandbox/contract.ts";\nexport type A = Limits;');
  write("archive/a.test.ts", 'import { engine } from "../sandbox/docker/engine.ts";\nengine;');
  expect(await checkImportRules(root, project)).toEqual({ ok: true, output: "" });
});

test("a check that read no TypeScript is not ok", async () => {
  rmSync(join(project, "sandbox"), { recursive: true });
  const { ok, output } = await checkImportRules(root, project);
  expect(output).toMatch(/read no TypeScript/);
  expect(ok).toBe(false);
});

function write(file: string, content: string): void {
  const path = join(project, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
