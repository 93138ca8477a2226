import type { Planner } from "../../plan";
import { orderDependencies } from "./dependencies";
import { planOrder } from "./plan";

/** The order: lines, changes, acceptance, release, cancels and order-level holds (domain reference 2.12). */
export const orderPlanner: Planner = { dependencies: orderDependencies, plan: planOrder };
