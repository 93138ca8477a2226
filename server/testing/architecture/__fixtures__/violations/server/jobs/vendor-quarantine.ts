export { alpha } from "../integrations/alpha/client";
