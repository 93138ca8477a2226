export { alpha } from "../alpha/client";
