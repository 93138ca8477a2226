export const composition = 1;
export { router } from "./api/router"; // composition-below-doors
