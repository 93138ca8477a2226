export type { Port } from "../../server/pipeline/ports";
