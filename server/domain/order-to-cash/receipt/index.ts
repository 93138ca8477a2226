export { receiptPlanner } from "./plan";
