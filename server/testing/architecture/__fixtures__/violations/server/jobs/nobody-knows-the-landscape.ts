export { shop } from "../landscape/shop";
