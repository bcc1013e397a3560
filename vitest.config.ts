import { defineConfig } from "vitest/config";

// Sources run as they are, which older versions can't; `npx vitest` and `npm run` use the right one.
if (Number.parseInt(process.versions.node, 10) < 24) {
  throw new Error(
    `the tests need Node 24 or newer, this is ${process.version}: use npm run test:unit, or npx vitest`,
  );
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{agents,archive,benchmarks,cli,evolver,models,perf,sandbox,scripts}/**/*.test.ts"],
          exclude: ["benchmarks/suites/**", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "integration",
          include: ["tests/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // These start sandboxes and whole campaigns: on two cores they only slow each other down.
          fileParallelism: false,
        },
      },
    ],
  },
});
