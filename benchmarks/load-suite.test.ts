import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, matchesGlob } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bundledSuites, loadSuite, resolveSuite } from "./load-suite.ts";
import { TaskError } from "./task-error.ts";

const starter = await loadSuite(await resolveSuite("starter"));

describe("the starter suite", () => {
  test("has six tasks of each language, from easy to hard", () => {
    const count = (key: "language" | "difficulty") =>
      Object.groupBy(starter.tasks, (task) => task[key] ?? "none");
    const sizes = (groups: Partial<Record<string, unknown[]>>) =>
      Object.fromEntries(Object.entries(groups).map(([name, tasks]) => [name, tasks?.length]));
    expect(sizes(count("language"))).toEqual({ javascript: 6, python: 6, typescript: 6 });
    expect(sizes(count("difficulty"))).toEqual({ easy: 5, medium: 8, hard: 5 });
    expect(new Set(starter.tasks.map((task) => task.digest)).size).toBe(18);
  });

  test.each(starter.tasks.map((task) => [task.id, task] as const))("%s is complete", (_, task) => {
    const visible = [...(task.workspace?.keys() ?? [])];
    const solved = [...task.solution.keys()].flatMap((path) =>
      path.startsWith("files/") ? [path.slice(6)] : [],
    );
    const isProtected = (path: string) => task.protectedPaths.some((glob) => matchesGlob(path, glob));
    expect(task.image.kind).toBe("base");
    expect(visible.filter((path) => /^test_|\.test\./.test(path)).length).toBeGreaterThan(0);
    expect(
      visible
        .filter((path) => /^test_|\.test\.|^package\.json$/.test(path))
        .filter((path) => !isProtected(path)),
    ).toEqual([]);
    expect(solved.length).toBeGreaterThan(0);
    expect(solved.length).toBeLessThanOrEqual(3);
    expect(solved.filter((path) => !visible.includes(path) || isProtected(path))).toEqual([]);
    expect(task.tests.get("test.sh")?.executable && task.solution.get("solve.sh")?.executable).toBe(true);
    for (const path of solved) {
      const before = task.workspace?.get(path)?.content ?? new Uint8Array();
      expect(Buffer.compare(before, task.solution.get(`files/${path}`)?.content ?? before), path).not.toBe(0);
    }
  });

  test.each(starter.tasks.map((task) => [task.id, task] as const))(
    "%s counts its hidden tests",
    (_, task) => {
      const read = (path: string) => Buffer.from(task.tests.get(path)?.content ?? []).toString();
      const python = task.language === "python";
      const tests = python
        ? read("test_hidden.py").match(/^ {4}def test_/gm)
        : read("hidden.test.mjs").match(/^test\(/gm);
      expect(read("test.sh")).toContain(`\nEXPECTED=${tests?.length}\n`);
    },
  );

  test("shares its runners", () => {
    for (const name of ["run.py", "exact.py", "run.mjs"]) {
      const runners = starter.tasks.flatMap(
        (task) => Buffer.from(task.tests.get(name)?.content ?? []).toString() || [],
      );
      expect(runners.length).toBe(name === "run.mjs" ? 12 : 6);
      expect(new Set(runners).size).toBe(1);
    }
  });
});

describe("a suite on disk", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "load-suite-"));
    for (const id of ["b", "a", ".git"]) {
      await mkdir(join(root, id, "tests"), { recursive: true });
      for (const name of ["task.toml", "instruction.md", "tests/test.sh"])
        await writeFile(join(root, id, name), "# x\n");
    }
    await writeFile(join(root, "README.md"), "about the suite");
  });

  afterEach(() => rm(root, { recursive: true }));

  test("is read in the order of ids, without files and hidden directories", async () => {
    expect((await loadSuite(root)).tasks.map((task) => task.id)).toEqual(["a", "b"]);
  });

  test("fails with the first broken task", async () => {
    await rm(join(root, "b", "instruction.md"));
    await expect(loadSuite(root)).rejects.toMatchObject({
      code: "missing",
      path: join(root, "b", "instruction.md"),
    });
  });

  test("refuses links", async () => {
    await symlink(join(root, "a"), join(root, "c"));
    await expect(loadSuite(root)).rejects.toMatchObject({ code: "refused" });
  });

  test("is not empty", async () => {
    for (const id of ["a", "b"]) await rm(join(root, id), { recursive: true });
    await expect(loadSuite(root)).rejects.toThrow(/has no tasks/);
    await expect(loadSuite(join(root, "nowhere"))).rejects.toThrow(TaskError);
  });

  test("is found by name or path", async () => {
    expect(await bundledSuites()).toContain("starter");
    expect(await resolveSuite(root)).toBe(root);
    expect(await resolveSuite("starter")).toMatch(/suites\/starter$/);
    for (const wrong of ["", "startr", join(root, "README.md")]) {
      await expect(resolveSuite(wrong)).rejects.toThrow(
        /neither a bundled suite \(.*starter.*\) nor a directory/,
      );
    }
  });
});
