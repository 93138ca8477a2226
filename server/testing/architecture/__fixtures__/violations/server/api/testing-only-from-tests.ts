export { builders } from "../testing/builders";
