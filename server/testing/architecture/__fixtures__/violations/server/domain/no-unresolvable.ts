export { nothing } from "./nowhere";
