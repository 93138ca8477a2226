/** The shop's own documents: shapes as in API.md. Decimal strings throughout. */
interface Party {
  code: string;
  name: string;
  address: { line1: string; city: string; state: string; postal_code: string; country: string };
}

/** What one kit holds: so many stock units of an item, and what one of them costs when it is sold alone. */
export interface KitComponent {
  item_number: string;
  quantity: string;
  unit_price: string;
}

export interface OrderLine {
  id: string;
  position: number;
  item_number: string;
  description: string;
  tax_category: string;
  quantity: string;
  cancelled_quantity: string;
  unit: string;
  unit_price: string;
  price_per: string;
  price_unit: string;
  price_agreement: string | null;
  fulfilment_method: string;
  line_discount: string;
  substitution_allowed: boolean;
  sample_reason: string | null;
  /** Absent where the line is no kit. */
  components?: KitComponent[];
}

export interface LineQuantity {
  line_id: string;
  quantity: string;
}

interface CancelRequest {
  id: string;
  requested_at: string;
  reason: string;
  status: 'pending' | 'accepted' | 'refused';
  lines: LineQuantity[] | null;
}

export interface Order {
  id: string;
  number: string;
  revision: number;
  site: string;
  channel: string;
  purpose: string;
  replaces_order: string | null;
  status: 'open' | 'cancelled' | 'completed';
  placed_at: string;
  updated_at: string;
  customer: { code: string; name: string };
  bill_to: Party;
  ship_to: Party;
  purchase_order_number: string | null;
  currency: string;
  terms: string;
  freight_terms: string;
  ship_from: string;
  ship_via: string;
  requested_ship_date: string;
  promise_date: string;
  cancel_after: string | null;
  ship_complete: boolean;
  header_discount: string;
  lines: OrderLine[];
  charges: { id: string; code: string; amount: string; tax_category: string }[];
  payment: { method: 'terms' } | { method: 'card'; authorisation: string; authorised_amount: string };
  totals: { goods: string; discount: string; charges: string; estimated_tax: string; total: string };
  cancel_requests: CancelRequest[];
  acknowledgement: object | null;
  fulfilments: Fulfilment[];
  progress: { version: number; [field: string]: unknown } | null;
}

export interface Fulfilment {
  id: string;
  order_id: string;
  reference: string;
  version: number;
  shipped_at: string;
  tracking_number: string | null;
  carrier: string | null;
  lines: { line_id: string; quantity: string; unit: string }[];
}

export interface ShopReturn {
  id: string;
  order_id: string;
  order_number: string;
  status: 'requested' | 'authorised' | 'refused' | 'received' | 'credited';
  reason: string;
  requested_at: string;
  updated_at: string;
  lines: { line_id: string; item_number: string; quantity: string; unit: string }[];
  rma: string | null;
  expires_on: string | null;
  wants: 'credit' | 'replace';
  progress: { version: number; [field: string]: unknown } | null;
}
