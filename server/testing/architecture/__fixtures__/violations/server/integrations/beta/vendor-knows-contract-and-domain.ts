export { env } from "../../config/env";
