import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = import.meta.dirname;
const everywhere = ["app", "components", "server", "prisma", "bench"];
const tests = everywhere.map((folder) => `${folder}/**/*.test.{ts,tsx}`);
const databaseTests = everywhere.map((folder) => `${folder}/**/*.db.test.ts`);
const propertyTests = everywhere.flatMap((folder) => [`${folder}/**/*.property.test.ts`, `${folder}/**/properties.test.ts`]);
/** Against real servers, which `npm run test:systems` installs and boots. */
const systemTests = everywhere.map((folder) => `${folder}/**/*.systems.test.ts`);
const architecture = "server/testing/architecture/**/*.test.ts";
const planted = "**/__fixtures__/violations/**";

/** Minutes each and short to read: on a new clone, where no durations are known yet, they would begin last and be waited for alone. */
const LONGEST = ["server/testing/survival/", "server/testing/installation/"].map((folder) => path.join(root, folder));
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => LONGEST.findIndex((folder) => moduleId.startsWith(folder));
    const [long, other] = [files.filter((file) => rank(file) >= 0), files.filter((file) => rank(file) < 0)];
    return [...long.sort((one, two) => rank(one) - rank(two)), ...await super.sort(other)];
  }
}

export default defineConfig({
  resolve: {
    alias: {
      "@": root,
      // throws outside of Next by design
      "server-only": path.join(root, "server/testing/server-only.ts"),
    },
  },
  test: {
    sequence: { sequencer: LongestFirst },
    // limits of time end what hangs; none of them says how fast a machine must be
    projects: [
      // their modules keep nothing between two tests, so they are loaded once and not once a file: less than half the work
      { extends: true, test: { name: "unit", isolate: false, maxWorkers: 2, include: tests, exclude: [...databaseTests, ...propertyTests, ...systemTests, architecture, planted], testTimeout: 90_000 } },
      // thousands of generated cases: as long as they take, and not before every commit
      { extends: true, test: { name: "property", include: propertyTests, exclude: [planted], testTimeout: 300_000 } },
      { extends: true, test: { name: "architecture", include: [architecture], exclude: [planted], testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        extends: true,
        test: { name: "db", include: databaseTests, exclude: [planted], globalSetup: "server/testing/database-server.ts", testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2 },
      },
      {
        extends: true,
        test: { name: "systems", include: systemTests, exclude: [planted], globalSetup: ["server/testing/systems/tryton-server.ts", "server/testing/database-server.ts"], testTimeout: 300_000, hookTimeout: 300_000, maxWorkers: 2 },
      },
    ],
  },
});
