export { store } from "../../db/store";
