export { router } from "../api/router";
