export { drawer } from "./utils";
