export { returnPlanner } from "./plan";
