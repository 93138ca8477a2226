// Who may import whom: server/README.md says why the parts are cut so. Every rule here is seen to fire on a planted violation by
// server/testing/architecture. Patterns of packages begin with (^|/) so that they hold for the planted tree too.
const TEST = "\\.(test|spec)\\.tsx?$";
const OUTSIDE = "^(scripts|bench|e2e)/";
const SCENARIOS = "^server/domain/scenarios/";
const IN_TESTS = [TEST, "^server/testing/", SCENARIOS];
const OWN = "^(app|components|server|prisma|generated)/";
const VENDOR = "^server/integrations/(?!contract/|http/)[^/]+/";
const packages = (/** @type {string[]} */ ...names) => `(^|/)node_modules/(${names.join("|")})/`;
/** What the API asks of stores and integrations, declared by itself; and the room at its doors, of which each process has one. */
const API_PORTS = ["api/services.ts", "api/desk.ts", "api/connectors.ts", "api/admission.ts"];
/** Folders of app/ that answer with data, not with pages. */
const ROUTES = "^app/(api|metrics)/";
/** All of server/ except the named parts (a folder with its slash, a file with its suffix). */
const serverBut = (/** @type {string[]} */ ...parts) => `^server/(?!${parts.map((part) => part.replaceAll(".", "\\.")).join("|")})`;

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const forbidden = [
  // --- sound in themselves
  { name: "no-circular", comment: "A cycle has no reading order and breaks in whatever file is loaded first. Types may refer to each other.", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
  { name: "no-unresolvable", comment: "An import that leads nowhere escapes every other rule. What runs inside of Vendure or Medusa has their packages, not ours.", from: { pathNot: ["^server/integrations/(vendure|medusa)/ledgerline-(vendure|medusa)/", "^server/testing/systems/(vendure|medusa)/(boot\\.mjs|medusa-config\\.js|card-provider\\.js)$"] }, to: { couldNotResolve: true } },
  { name: "no-junk-drawers", comment: "A name that says nothing collects everything: name the file by what it holds.", from: {}, to: { path: "(^|/)(utils?|helpers?|misc|common|stuff)(/|\\.[cm]?[jt]sx?$)", pathNot: "(^|/)node_modules/" } },
  { name: "no-test-imported", comment: "A test is run, never used: what two tests share belongs in server/testing.", from: { pathNot: TEST }, to: { path: TEST } },
  { name: "testing-only-from-tests", comment: "Builders, fakes, worlds and the scenarios that they play must not reach production.", from: { pathNot: [...IN_TESTS, OUTSIDE] }, to: { path: ["^server/testing/", SCENARIOS] } },
  { name: "no-development-packages", comment: "Production runs without what is only installed to develop.", from: { path: "^(app|components|server)/", pathNot: IN_TESTS.concat("/testing/") }, to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] } },

  // --- the core
  { name: "domain-is-pure", comment: "Every decision is a table test and a property: no clock, no environment, nothing to wait for. zod and decimal.js are values too.", from: { path: "^server/domain/", pathNot: IN_TESTS }, to: { pathNot: ["^server/domain/", packages("zod", "decimal\\.js")] } },
  { name: "pipeline-uses-ports", comment: "The stages are read without knowing the database, a vendor or Next; every await is a call of a port.", from: { path: "^server/pipeline/", pathNot: TEST }, to: { path: [serverBut("pipeline/", "domain/", "integrations/contract/"), "^(app|components|prisma|generated)/"] } },
  { name: "pipeline-without-packages", comment: "What a stage needs from a package it gets through a port.", from: { path: "^server/pipeline/", pathNot: TEST }, to: { path: "(^|/)node_modules/", pathNot: packages("zod") } },
  { name: "simulation-stays-in-memory", comment: "The same seed gives the same run: what has a clock, a process or timers of its own stays outside.", from: { path: "^server/testing/simulation/", pathNot: TEST }, to: { path: ["^server/(?!domain/|pipeline/|integrations/contract/|testing/(simulation|memory|world)/)", "^(app|components|prisma|generated)/", packages("pg", "pg-boss")] } },
  { name: "read-asks-a-port", comment: "Each figure is defined once, over a query port that it declares itself; the SQL is in server/db/read.", from: { path: "^server/read/", pathNot: TEST }, to: { path: [serverBut("read/", "domain/"), "^(app|components|prisma|generated)/"] } },

  // --- the outside world
  { name: "prisma-only-in-db", comment: "No Prisma type crosses inward, so that the hot path may leave Prisma where it is slow.", from: { pathNot: ["^server/db/", "^prisma/", "^prisma\\.config\\.ts$", "^generated/", OUTSIDE] }, to: { path: ["(^|/)node_modules/(@prisma|prisma|\\.prisma)/", "^generated/prisma/"] } },
  { name: "driver-only-in-db", comment: "SQL is written in one place; the composition opens the connections, tests make databases.", from: { pathNot: ["^server/db/", "^server/composition\\.ts$", "^prisma/", ...IN_TESTS, OUTSIDE] }, to: { path: packages("pg") } },
  { name: "queue-only-in-jobs", comment: "Whoever wants a job asks the queue's port: rows are the truth, jobs only nudges.", from: { pathNot: ["^server/(db|jobs)/", "^server/composition\\.ts$", TEST, OUTSIDE] }, to: { path: packages("pg-boss") } },
  { name: "db-implements-ports", comment: "Stores know the words of the domain and the ports that they implement (of pipeline, read, api, installation), and nothing of who calls them.", from: { path: "^server/db/", pathNot: TEST }, to: { path: [serverBut("db/", "domain/", "pipeline/", "read/", "jobs/ports.ts", "jobs/catalog.ts", "auth/", ...API_PORTS, "integrations/contract/", "integrations/installation.ts", "config/", "observability/"), "^(app|components)/"] } },
  { name: "db-knows-only-ports-of-the-pipeline", comment: "A stage that a store calls would run inside its transaction.", from: { path: "^server/db/", pathNot: TEST }, to: { path: "^server/pipeline/", pathNot: "^server/pipeline/[a-z-]*ports\\.ts$", dependencyTypesNot: ["type-only"] } },
  { name: "vendor-quarantine", comment: "Only the registry knows which vendors exist: adding one changes one file outside its folder.", from: { pathNot: ["^server/integrations/registry\\.ts$", VENDOR, ...IN_TESTS] }, to: { path: VENDOR } },
  { name: "no-cross-vendor", comment: "A connector that leans on another cannot be replaced alone.", from: { path: "^server/integrations/(?!contract/|http/)([^/]+)/", pathNot: TEST }, to: { path: VENDOR, pathNot: "^server/integrations/$1/" } },
  { name: "vendor-knows-contract-and-domain", comment: "A connector translates. Budget, breaker, secrets and clock come to it by the contract, the network by the one door.", from: { path: VENDOR, pathNot: TEST }, to: { path: ["^server/", "^(app|components|prisma|generated)/"], pathNot: ["^server/domain/", "^server/integrations/(contract|http)/", VENDOR] } },
  { name: "integrations-know-only-the-domain", comment: "Contract, door and registry serve any pipeline; what they lend it, its ports name.", from: { path: "^server/integrations/", pathNot: TEST }, to: { path: [serverBut("integrations/", "domain/", "pipeline/ports.ts", ...API_PORTS, "observability/", "config/"), "^(app|components|prisma|generated)/"] } },
  { name: "landscape-is-foreign", comment: "The simulated systems must be able to disagree with us: they share no code, so no mistake either.", from: { path: "^server/landscape/" }, to: { path: ["^server/(?!landscape/)", "^(app|components|prisma|generated|e2e|bench)/"] } },
  { name: "nobody-knows-the-landscape", comment: "The product meets the simulated systems only over HTTP, as it would meet real ones.", from: { pathNot: ["^server/landscape/", ...IN_TESTS, OUTSIDE] }, to: { path: "^server/landscape/" } },

  // --- who wires, and who calls
  { name: "composition-importers", comment: "One place wires ports to database, queue and connectors; only doors may hold it, one instance a process.", from: { pathNot: ["^server/(api|jobs|cli)/", ROUTES, "^server/composition\\.ts$", "^prisma/", "^instrumentation(-node)?\\.ts$", ...IN_TESTS, OUTSIDE] }, to: { path: "^server/composition\\.ts$" } },
  { name: "composition-below-doors", comment: "What is wired must not know who opens the door.", from: { path: "^server/composition\\.ts$" }, to: { path: ["^server/(cli|landscape|testing)/", "^server/api/", "^(app|components)/"], pathNot: API_PORTS.map((file) => `^server/${file}`) } },
  { name: "api-through-composition", comment: "A procedure checks, calls and answers: it writes no SQL, knows no vendor and runs no job.", from: { path: "^server/api/", pathNot: TEST }, to: { path: ["^server/(db|cli|landscape)/", "^server/jobs/(?!catalog\\.ts)", "^server/integrations/(?!contract/)", "^(app|components)/"] } },
  { name: "jobs-behind-the-api", comment: "A worker runs without the web.", from: { path: "^server/jobs/", pathNot: TEST }, to: { path: ["^server/(api|cli|landscape)/", "^(app|components)/", packages("next", "next-auth", "react", "react-dom")] } },
  { name: "cli-through-composition", comment: "The command line goes through the same doors as everybody.", from: { path: "^server/cli/", pathNot: TEST }, to: { path: ["^server/(db|jobs|landscape)/", "^server/integrations/(?!contract/)", "^(app|components)/"] } },
  { name: "auth-knows-people-only", comment: "Who someone is and what they may do is asked of by everybody, so it knows nobody who asks.", from: { path: "^server/auth/", pathNot: TEST }, to: { path: [serverBut("auth/", "domain/", "db/", "config/", "observability/"), "^(app|components)/"] } },
  { name: "config-is-a-leaf", comment: "The environment is read before anything else is there.", from: { path: "^server/config/", pathNot: TEST }, to: { path: [serverBut("config/"), "^(app|components|prisma|generated)/"] } },
  { name: "observability-is-a-leaf", comment: "Everything logs, so the log knows nothing; the metrics ask ports.", from: { path: "^server/observability/", pathNot: TEST }, to: { path: [serverBut("observability/", "config/", "domain/", "read/query.ts", ...API_PORTS), "^(app|components|prisma|generated)/"] } },

  // --- what people see
  { name: "server-without-ui", comment: "The server must run without a browser in mind.", from: { path: "^server/" }, to: { path: "^(app|components)/" } },
  { name: "pages-through-the-caller", comment: "A page gets its data from the tRPC caller, so that rights are checked in one place.", from: { path: "^app/", pathNot: ROUTES }, to: { path: ["^server/composition\\.ts$", "^server/(?!api/|auth/|domain/|config/|observability/)[^/]+/", "^(prisma|generated)/"] } },
  { name: "routes-through-composition", comment: "A route is a door: bytes in, an answer out.", from: { path: ROUTES }, to: { path: ["^server/(db|read|cli|landscape)/", "^server/jobs/(?!catalog\\.ts)", "^server/integrations/(?!contract/)", "^(prisma|generated)/"] } },
  { name: "ui-values-only-from-domain", comment: "What is a value in a component is sent to every browser: the domain is pure and knows no secret.", from: { path: "^components/" }, to: { path: "^server/", pathNot: "^server/domain/", dependencyTypesNot: ["type-only"] } },
  { name: "ui-types-only-from-api-and-domain", comment: "A screen is typed by what the API answers, not by how it is stored.", from: { path: "^components/" }, to: { path: "^(server|prisma|generated)/", pathNot: ["^server/domain/", "^server/api/"] } },
  { name: "primitives-know-no-view", comment: "components/ui and components/charts are used by every view, so they know none of them.", from: { path: "^components/(ui|charts)/" }, to: { path: "^components/(?!ui/|charts/)" } },
  { name: "components-know-no-page", comment: "A component is used by pages.", from: { path: "^components/" }, to: { path: "^app/" } },

  // --- around the product
  { name: "e2e-is-outside", comment: "A browser test sees what a person sees.", from: { path: "^e2e/" }, to: { path: OWN, pathNot: ["^server/landscape/", "^prisma/scenarios/"] } },
  { name: "scripts-stand-alone", comment: "They run before the dependencies are installed and the code is built.", from: { path: "^scripts/" }, to: { path: OWN } },
  { name: "nobody-runs-scripts", comment: "Scripts start the product, the product starts no script. Test set-up uses the embedded database.", from: { path: "^(app|components|server)/", pathNot: IN_TESTS }, to: { path: "^scripts/" } },
];

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: forbidden.map((rule) => ({ severity: "error", ...rule })),
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    // type imports are edges as well: a type that crosses is a dependency of whoever changes it
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: ["(^|/)node_modules/", "^generated/"] },
    exclude: { path: ["__fixtures__/violations/", "^\\.next/"] },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"], extensions: [".ts", ".tsx", ".mts", ".d.ts", ".mjs", ".cjs", ".js", ".json"] },
  },
};
