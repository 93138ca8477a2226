export { shipmentPlanner } from "./plan";
