export { there } from "./no-circular";
export const back = 1;
