export { env } from "../server/config/env";
