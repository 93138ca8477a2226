export { card } from "../../components/orders/card";
