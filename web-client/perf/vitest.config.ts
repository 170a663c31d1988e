import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["tests/*.perf.ts"],
    globalSetup: "../e2e/setup.ts",
    environment: "node",
    // One at a time: what is measured must have the machine.
    pool: "threads",
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
    retry: 0,
    reporters: [["default", { summary: false }]],
  },
});
