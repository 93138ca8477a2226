export { composition } from "../composition";
