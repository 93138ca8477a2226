export { receive } from "../pipeline/receive";
