import { defineConfig } from "vitest/config";

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
