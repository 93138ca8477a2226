import { defineConfig } from "prisma/config";
export default defineConfig({ schema: "../prisma/schema", migrations: { path: "../prisma/migrations" }, datasource: { url: "postgresql://postgres:password@127.0.0.1:54777/postgres" } });
