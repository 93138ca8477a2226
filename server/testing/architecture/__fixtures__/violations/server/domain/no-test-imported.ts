export { example } from "./money.test";
