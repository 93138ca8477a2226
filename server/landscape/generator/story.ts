import type { PickAttempt } from '../systems/wms/model';
import type { OrderDraft, OrderEdit } from '../systems/shop/control';
import type { LineQuantity } from '../systems/shop/model';

export const scenarioNames = [
  'plain', 'split_shipments', 'short_then_shipped', 'short_then_cancelled', 'over_shipped', 'price_changed_after_release', 'duplicate_purchase_order', 'tax_rate_change',
  'sample_and_substitution', 'unknown_unit', 'credit_limit', 'part_payment', 'over_payment', 'joint_payment', 'card', 'return_after_payment', 'return_before_payment',
  'cancel_before_release', 'cancel_after_release', 'corrected_before_billing_decision', 'scarce_stock', 'kit_part_shipped',
] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** What must have happened in the landscape before a step is done; then its delay runs (simulated minutes). */
export type StepTrigger = 'placed' | 'released' | 'shipped' | 'invoiced' | 'paid' | 'return_authorised';

export type StepAction =
  | { kind: 'edit_order'; edit: OrderEdit }
  | { kind: 'request_cancel'; lines: LineQuantity[] | null; reason: string }
  | { kind: 'request_return'; lines: LineQuantity[]; reason: string }
  | { kind: 'raise_credit_limit'; customerNo: string; limit: string }
  | { kind: 'send_goods_back'; lines: { lineId: string; sku: string; quantity: number }[] };

export interface Step {
  id: string;
  after: StepTrigger;
  delayMinutes: number;
  action: StepAction;
}

/** How the customer pays what the ERP bills. Percentages round half away from zero to the cent. */
export type PaymentPlan =
  | { kind: 'full' }
  | { kind: 'part'; percent: number }
  | { kind: 'over'; extra: string }
  | { kind: 'joint'; group: string; groupSize: number }
  | { kind: 'net_of_credit' }
  | { kind: 'card' }
  | { kind: 'none' };

/** What the script says will be true of a line in the end; quantities in base units, decimal strings. */
interface LineOutcome {
  lineId: string;
  /** Price of `pricePer` base units, as it must be billed. */
  price: string;
  pricePer: string;
  ordered: string;
  lineDiscount: string;
  taxCode: string;
  billed: string;
  cancelled: string;
  returned: string;
  /** Sent beyond the order and never taken back; absent = nothing. */
  over?: string;
  /** Of a kit: the items that leave instead of it, and how many for one. */
  pieces?: { item: string; per: string }[];
}

export interface Outcome {
  headerDiscount: string;
  lines: LineOutcome[];
  charges: { chargeId: string; /** The ERP account that the charge is booked to. */ account?: string | null; amount: string; taxCode: string; billed: boolean }[];
  region: string;
  exempt: boolean;
  currency: string;
  /** The person's decision without which the outcome is not reached; null in unattended stories. */
  awaits: string | null;
}

export interface Story {
  scenario: ScenarioName;
  /** Customer, ship-to, items and quantities in one string: no two stories share it. */
  signature: string;
  order: OrderDraft;
  erpCustomer: string;
  customerName: string;
  warehouse: { lines: Record<string, PickAttempt[]>; correction?: { lineRef: string; quantity: number; afterMinutes: number } } | null;
  /** Minor units to authorise at checkout, for card orders. */
  authorise: number | null;
  steps: Step[];
  payment: PaymentPlan;
  outcome: Outcome;
}

/** One line of `landscape/script.jsonl`. */
export interface ScriptLine {
  orderId: string;
  orderNumber: string;
  customerCode: string;
  erpCustomer: string;
  customerName: string;
  site: string;
  signature: string;
  scenario: ScenarioName;
  steps: Step[];
  payment: PaymentPlan;
  outcome: Outcome;
}
