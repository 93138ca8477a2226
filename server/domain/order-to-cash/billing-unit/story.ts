import type { WantedCommand } from "../../commands";
import type { Instant } from "../../instant";
import type { ExceptionFinding, HoldFinding, PlanInput } from "../../plan";
import type { BillingState } from "../../publications";
import type { Holder } from "../../stages";
import type { Proposal } from "./corrections";
import type { FollowUp } from "./follow-up";
import type { InvoicePayload } from "./invoice";
import type { Receivable } from "./receivable";
import type { Settled } from "./settled-by";
import type { InvoiceStanding } from "./standing-invoice";
import type { Taxed } from "./tax";
import type { Trigger } from "./trigger";
import type { Unit } from "./unit";

/** Everything decided about one unit in one plan; what is published, shown and booked is read off it. */
export interface Story {
  input: PlanInput;
  unit: Unit;
  trigger: Trigger;
  standing: InvoiceStanding;
  /** The invoice as it would be posted now; null until the tax is known or where one stands already. */
  wanted: InvoicePayload | null;
  taxed: Taxed | null;
  receivable: Receivable;
  settled: Settled;
  followUp: FollowUp;
  proposals: Proposal[];
  commands: readonly WantedCommand[];
  holds: readonly HoldFinding[];
  exceptions: readonly ExceptionFinding[];
  bucket: BillingState["bucket"];
  holder: Holder;
  dueSince: Instant | null;
}
