export { store } from "../server/db/store";
