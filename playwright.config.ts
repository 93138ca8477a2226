import { defineConfig } from "@playwright/test";
import { towers } from "./e2e/tower";

/** What waits minutes for a clock of the product: begun first, it waits while others are at work, and is never waited for alone. */
const LONGEST = /(gap-fetched|stock|figures-agree|close|postings-stopped)\.spec\.ts$/;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // one tower, one state: in each tower features run one after the other
  workers: towers.length,
  // what passes only the second time is a fault
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    // what cannot be pressed is a finding, not something to wait for
    actionTimeout: 15_000,
    screenshot: "only-on-failure",
    // a trace of every action is a third of the time: ask for one with --trace retain-on-failure
    trace: "off",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [
    { name: "longest", testMatch: LONGEST, use: { browserName: "chromium" } },
    { name: "others", testIgnore: LONGEST, use: { browserName: "chromium" } },
  ],
  webServer: towers.map(({ web, env }) => ({
    command: `"${process.execPath}" scripts/bootstrap.mjs start`,
    url: `${web}/api/health`,
    // includes a build of the web application
    timeout: 600_000,
    reuseExistingServer: process.env.CI === undefined,
    gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
    stdout: "ignore",
    stderr: "pipe",
    // each test brings its own orders; thousands of simulated minutes a minute: a pick takes seconds, a payment not many more
    env: { ...env, DATABASE_URL: "", TOWER_DEMO_ORDERS: "0", LANDSCAPE_SPEED: process.env.LANDSCAPE_SPEED ?? "3000" },
  })),
});
