export { router } from "../../server/api/router";
