export { billingUnitPlanner } from "./plan";
