import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["tests/*.e2e.ts"],
    globalSetup: "setup.ts",
    environment: "node",
    // Two people at a time on a small machine; each file's tests have accounts of their own, so files do not meet.
    pool: "threads",
    maxWorkers: 2,
    // Long, for machines that are busy: every wait ends when what it waits for is there.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
    retry: 0,
    reporters: [["default", { summary: false }]],
  },
});
