import { defineConfig } from "@playwright/test";

// A tower of its own beside one that may be running: other state, other ports.
process.env.TOWER_STATE_DIR ??= ".tower/e2e";
process.env.PORT ??= "3390";
process.env.LANDSCAPE_PORT_BASE ??= "4301";
const web = `http://127.0.0.1:${process.env.PORT}`;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // one tower, one state: features run one after the other
  workers: 1,
  // what passes only the second time is a fault
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  use: {
    baseURL: web,
    viewport: { width: 1440, height: 900 },
    // what cannot be pressed is a finding, not something to wait for
    actionTimeout: 15_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [{ name: "chromium", use: { browserName: "chromium" } }],
  webServer: {
    command: `"${process.execPath}" scripts/bootstrap.mjs start`,
    url: `${web}/api/health`,
    // includes a build of the web application
    timeout: 600_000,
    reuseExistingServer: process.env.CI === undefined,
    gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
    stdout: "ignore",
    stderr: "pipe",
    // each test brings its own orders; thousands of simulated minutes a minute: a pick takes seconds, a payment not many more
    env: { DATABASE_URL: "", TOWER_DEMO_ORDERS: "0", LANDSCAPE_SPEED: process.env.LANDSCAPE_SPEED ?? "3000" },
  },
});
