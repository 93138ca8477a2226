export { back } from "./turning-back";
export const there = 1;
