export { card } from "../orders/card";
