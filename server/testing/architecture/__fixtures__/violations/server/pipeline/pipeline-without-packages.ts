export { Client } from "pg";
