import type { Dice } from '../kit/dice';
import type { MasterCustomer, MasterData, MasterItem } from '../master-data';
import { buildOrder, type DraftLine, type OrderIdentity, type OrderShape } from './order-draft';
import type { PaymentPlan, ScenarioName, Step, StepAction, StepTrigger, Story } from './story';

export interface StoryContext {
  data: MasterData;
  dice: Dice;
  /** True = stories resolve themselves; false = some wait for a person's decision (demo). */
  unattended: boolean;
  next: () => OrderIdentity;
  now: () => Date;
  signatures: Set<string>;
  run: string;
}

type Teller = (context: StoryContext) => Story[];

const step = (id: string, after: StepTrigger, delayMinutes: number, action: StepAction): Step => ({ id, after, delayMinutes, action });

function customerFor(context: StoryContext, purpose: MasterCustomer['purpose']): MasterCustomer {
  return context.dice.pick(context.data.customers.filter((customer) => customer.purpose === purpose));
}

const isPlentiful = (item: MasterItem): boolean => item.stock > 1000;

function itemWhere(context: StoryContext, keep: (item: MasterItem) => boolean): MasterItem {
  return context.dice.pick(context.data.items.filter((item) => isPlentiful(item) && keep(item)));
}

/** Goods sold by the piece, at 1 to 100 a piece: the scripts of single lines use them. */
const isPiece = (item: MasterItem): boolean => item.baseUnit === 'EA' && item.pricePer === 1 && item.tracking === 'none' && Number(item.listPrice) < 100;

function anyLines(context: StoryContext): DraftLine[] {
  const { dice } = context;
  const chosen = new Set<MasterItem>();
  const count = dice.between(1, 5);
  while (chosen.size < count) chosen.add(itemWhere(context, () => true));
  return [...chosen].map((item): DraftLine => {
    const packs = item.units.filter((unit) => unit.numerator > 1);
    const unit = packs.length > 0 && dice.chance(0.35) ? dice.pick(packs).unit : item.baseUnit;
    const isWire = item.pricePer === 1000;
    const count = unit === item.baseUnit ? (isWire ? dice.between(1, 20) * 100 : dice.between(1, 24)) : dice.between(1, 6);
    return { item, unit, count, discountPercent: dice.chance(0.1) ? 5 : 0 };
  });
}

/** One line of pieces; `count` is what the scripts of shipments and cancels speak of. */
function pieceLine(context: StoryContext, low: number, high: number): DraftLine {
  const item = itemWhere(context, isPiece);
  return { item, unit: item.baseUnit, count: context.dice.between(low, high), discountPercent: 0 };
}

interface Extra {
  payment?: PaymentPlan;
  customer?: MasterCustomer;
  lines?: DraftLine[];
  withExtras?: boolean;
}

function tell(context: StoryContext, scenario: ScenarioName, extra: Extra = {}, shape: Pick<OrderShape, 'placedDaysAgo' | 'shipsInDays'> = {}): Story {
  const customer = extra.customer ?? customerFor(context, 'ordinary');
  return buildOrder(context, {
    scenario, customer, lines: extra.lines ?? anyLines(context), payment: extra.payment ?? { kind: 'full' }, withExtras: extra.withExtras ?? true, ...shape,
  });
}

const firstLine = (story: Story): { id: string; quantity: number } => {
  const line = story.order.lines[0];
  if (line === undefined) throw new Error('A story needs a line');
  return { id: line.id, quantity: Number(line.quantity) };
};

function outcomeOf(story: Story, lineId: string, change: Partial<Story['outcome']['lines'][number]>): Story {
  const lines = story.outcome.lines.map((line) => (line.lineId === lineId ? { ...line, ...change } : line));
  return { ...story, outcome: { ...story.outcome, lines } };
}

/** Nothing ships, so nothing is billed, charges included. */
function billNothing(story: Story, cancelled: boolean): Story {
  const lines = story.outcome.lines.map((line) => ({ ...line, billed: '0', cancelled: cancelled ? line.ordered : '0' }));
  return { ...story, payment: { kind: 'none' }, outcome: { ...story.outcome, lines, charges: story.outcome.charges.map((charge) => ({ ...charge, billed: false })) } };
}

function shortStory(context: StoryContext, isCancelled: boolean): Story {
  const story = tell(context, isCancelled ? 'short_then_cancelled' : 'short_then_shipped', { lines: [pieceLine(context, 10, 60)] });
  const { id, quantity } = firstLine(story);
  const ships = Math.ceil(quantity * 0.6);
  const rest = String(quantity - ships);
  if (!isCancelled) return { ...story, warehouse: { lines: { [id]: [{ ship: ships, rest: 'short' }, {}] } } };
  const waiting = { ...story, warehouse: { lines: { [id]: [{ ship: ships, rest: 'short' as const }, { ship: 0, rest: 'wait' as const }, { ship: 0, rest: 'wait' as const }] } } };
  const steps = [step('cancel-rest', 'shipped', 60, { kind: 'request_cancel', lines: [{ line_id: id, quantity: rest }], reason: 'will not wait' })];
  return outcomeOf({ ...waiting, steps }, id, { billed: String(ships), cancelled: rest });
}

function overShipped(context: StoryContext, isCorrected: boolean): Story {
  const story = tell(context, isCorrected ? 'corrected_before_billing_decision' : 'over_shipped', { lines: [pieceLine(context, 10, 50)] });
  const { id, quantity } = firstLine(story);
  const over = Math.max(1, Math.round(quantity * 0.08));
  const shipped = { ...story, warehouse: { lines: { [id]: [{ over }] } } };
  // Without a decision the excess stays held and unbilled; a recount takes it back, a person bills it.
  if (isCorrected) return { ...shipped, warehouse: { ...shipped.warehouse, correction: { lineRef: id, quantity, afterMinutes: 90 } } };
  const sent = outcomeOf(shipped, id, { over: String(over) });
  if (context.unattended) return sent;
  const billed = outcomeOf(sent, id, { billed: String(quantity + over) });
  return { ...billed, outcome: { ...billed.outcome, awaits: 'OVER_SHIPMENT' } };
}

function priceChanged(context: StoryContext): Story {
  const story = tell(context, 'price_changed_after_release', { lines: [pieceLine(context, 10, 40)], withExtras: false });
  const line = story.order.lines[0];
  if (line === undefined) return story;
  const lower = (Number(line.unit_price) * 0.8).toFixed(6);
  const change = step('lower-price', 'released', 1, { kind: 'edit_order', edit: { lines: [{ id: line.id, unit_price: lower }] } });
  if (!context.unattended) {
    const changed = outcomeOf({ ...story, steps: [change] }, line.id, { price: lower });
    return { ...changed, outcome: { ...changed.outcome, awaits: 'CHANGED_AFTER_RELEASE' } };
  }
  const back = step('price-back', 'released', 120, { kind: 'edit_order', edit: { lines: [{ id: line.id, unit_price: line.unit_price }] } });
  // Taken back: whenever the tower sees either edit, the net billed in the end is at the first price.
  return { ...story, steps: [change, back] };
}

function duplicate(context: StoryContext): Story[] {
  const customer = customerFor(context, 'duplicate_po');
  const first = tell(context, 'duplicate_purchase_order', { customer, lines: [pieceLine(context, 3, 12)], withExtras: false });
  const number = first.order.purchase_order_number ?? '';
  const identity = context.next();
  const rename = (id: string): string => id.replace(first.order.id, identity.id);
  const again: Story = {
    ...first,
    order: { ...first.order, ...identity, channel: 'web', purchase_order_number: `PO-${number} `, lines: first.order.lines.map((line) => ({ ...line, id: rename(line.id) })), charges: first.order.charges.map((charge) => ({ ...charge, id: rename(charge.id) })) },
    outcome: { ...first.outcome, lines: first.outcome.lines.map((line) => ({ ...line, lineId: rename(line.lineId) })), charges: first.outcome.charges.map((charge) => ({ ...charge, chargeId: rename(charge.chargeId) })) },
  };
  const steps = context.unattended ? [step('withdraw', 'placed', 30, { kind: 'request_cancel', lines: null, reason: 'ordered twice' })] : [];
  const nothing = billNothing({ ...again, steps }, true);
  return [first, { ...nothing, outcome: { ...nothing.outcome, awaits: context.unattended ? null : 'DUPLICATE_DOCUMENT' } }];
}

function sampleAndSubstitute(context: StoryContext): Story {
  const item = itemWhere(context, (entry) => isPiece(entry));
  const other = context.data.items.find((entry) => entry !== item && isPiece(entry) && entry.name.split(' ').slice(0, 2).join(' ') === item.name.split(' ').slice(0, 2).join(' ')) ?? item;
  const story = tell(context, 'sample_and_substitution', {
    lines: [{ item, unit: item.baseUnit, count: 10, discountPercent: 0, substitutionAllowed: true }, { item, unit: item.baseUnit, count: 1, discountPercent: 0, sampleReason: 'sample' }], withExtras: false,
  });
  const { id } = firstLine(story);
  return { ...story, warehouse: { lines: { [id]: [{ substitute: { sku: other.wms, quantity: 4 } }] } } };
}

function unknownUnit(context: StoryContext): Story {
  const item = itemWhere(context, isPiece);
  const story = tell(context, 'unknown_unit', { lines: [{ item, unit: item.baseUnit, count: 6, discountPercent: 0, bump: 6 }], withExtras: false });
  const line = story.order.lines[0];
  if (line === undefined) return story;
  // 1 BX = 6 each; the shop's clerk mends it, or a person maps the unit.
  const order = { ...story.order, lines: [{ ...line, unit: 'BX', quantity: String(Number(line.quantity) / 6) }] };
  if (!context.unattended) return { ...story, order, outcome: { ...story.outcome, awaits: 'MAP-03' } };
  return { ...story, order, steps: [step('mend-unit', 'placed', 45, { kind: 'edit_order', edit: { lines: [{ id: line.id, unit: 'each', quantity: line.quantity }] } })] };
}

function creditLimit(context: StoryContext): Story {
  const customer = customerFor(context, 'credit_limit');
  const item = itemWhere(context, (entry) => isPiece(entry) && Number(entry.listPrice) >= 10);
  const story = tell(context, 'credit_limit', { customer, lines: [{ item, unit: item.baseUnit, count: Math.ceil(1200 / Number(item.listPrice)), discountPercent: 0 }], withExtras: false });
  return { ...story, steps: [step('raise-limit', 'placed', 90, { kind: 'raise_credit_limit', customerNo: customer.erp, limit: '5000000.00' })] };
}

function jointPayment(context: StoryContext): Story[] {
  const customer = customerFor(context, 'ordinary');
  const group = `${context.run}-${context.dice.between(0, 1_000_000_000)}`;
  const size = context.dice.between(2, 3);
  return Array.from({ length: size }, () => tell(context, 'joint_payment', { customer, payment: { kind: 'joint', group, groupSize: size } }));
}

function returned(context: StoryContext, isPaidFirst: boolean): Story {
  const story = tell(context, isPaidFirst ? 'return_after_payment' : 'return_before_payment', { lines: [pieceLine(context, 6, 14)], withExtras: false, payment: isPaidFirst ? { kind: 'full' } : { kind: 'net_of_credit' } });
  const { id, quantity } = firstLine(story);
  const back = Math.max(1, Math.floor(quantity / 4));
  const sku = context.data.items.find((item) => item.shop === story.order.lines[0]?.item_number)?.wms ?? '';
  const steps = [
    step('ask', isPaidFirst ? 'paid' : 'invoiced', 120, { kind: 'request_return', lines: [{ line_id: id, quantity: String(back) }], reason: 'wrong_item' }),
    step('send-back', 'return_authorised', 300, { kind: 'send_goods_back', lines: [{ lineId: id, sku, quantity: back }] }),
  ];
  return outcomeOf({ ...story, steps }, id, { returned: String(back) });
}

/** S10: a kit of one piece and two of another; of the second some are missing at first, so that only some kits are whole. */
function kitPartShipped(context: StoryContext): Story {
  const [parent, one, two] = [itemWhere(context, isPiece), itemWhere(context, isPiece), itemWhere(context, isPiece)];
  if (parent === undefined || one === undefined || two === undefined || new Set([parent, one, two]).size < 3) return kitPartShipped(context);
  const story = tell(context, 'kit_part_shipped', { lines: [{ item: parent, unit: parent.baseUnit, count: context.dice.between(5, 12), discountPercent: 0, components: [{ item: one, per: 1 }, { item: two, per: 2 }] }] });
  const { id, quantity } = firstLine(story);
  return { ...story, warehouse: { lines: { [`${id}/${two.shop}`]: [{ ship: Math.ceil(quantity * 1.4), rest: 'short' }, {}] } } };
}

const tellers: Record<ScenarioName, Teller> = {
  plain: (context) => [tell(context, 'plain')],
  split_shipments: (context) => {
    const story = tell(context, 'split_shipments', { lines: [pieceLine(context, 3, 30)] });
    const { id, quantity } = firstLine(story);
    const third = Math.floor(quantity / 3);
    return [{ ...story, warehouse: { lines: { [id]: [{ parts: [third, third, quantity - 2 * third] }] } } }];
  },
  short_then_shipped: (context) => [shortStory(context, false)],
  short_then_cancelled: (context) => [shortStory(context, true)],
  over_shipped: (context) => [overShipped(context, false)],
  corrected_before_billing_decision: (context) => [overShipped(context, true)],
  price_changed_after_release: (context) => [priceChanged(context)],
  duplicate_purchase_order: duplicate,
  tax_rate_change: (context) => [tell(context, 'tax_rate_change', { customer: customerFor(context, 'tax_change') }, { placedDaysAgo: 1 })],
  sample_and_substitution: (context) => [sampleAndSubstitute(context)],
  unknown_unit: (context) => [unknownUnit(context)],
  credit_limit: (context) => [creditLimit(context)],
  part_payment: (context) => [tell(context, 'part_payment', { payment: { kind: 'part', percent: context.dice.between(30, 80) } })],
  over_payment: (context) => [tell(context, 'over_payment', { payment: { kind: 'over', extra: '5.00' } })],
  joint_payment: jointPayment,
  card: (context) => [tell(context, 'card', { customer: customerFor(context, 'card'), payment: { kind: 'card' } })],
  return_after_payment: (context) => [returned(context, true)],
  return_before_payment: (context) => [returned(context, false)],
  cancel_before_release: (context) => {
    const story = tell(context, 'cancel_before_release', {}, { shipsInDays: 30 });
    return [billNothing({ ...story, steps: [step('cancel', 'placed', 30, { kind: 'request_cancel', lines: null, reason: 'project stopped' })] }, true)];
  },
  cancel_after_release: (context) => {
    const story = tell(context, 'cancel_after_release', { lines: [pieceLine(context, 3, 12)] });
    const { id } = firstLine(story);
    const warehouse = { lines: { [id]: [{ ship: 0, rest: 'wait' as const }] } };
    return [billNothing({ ...story, warehouse, steps: [step('cancel', 'released', 30, { kind: 'request_cancel', lines: null, reason: 'project stopped' })] }, true)];
  },
  kit_part_shipped: (context) => [kitPartShipped(context)],
  scarce_stock: (context) => {
    const scarce = context.dice.pick(context.data.items.filter((item) => !isPlentiful(item)));
    return [tell(context, 'scarce_stock', { lines: [{ item: scarce, unit: scarce.baseUnit, count: context.dice.between(4, 9), discountPercent: 0 }], withExtras: false })];
  },
};

/** The mix, in per mille; the rest is plain. */
const mix: readonly (readonly [ScenarioName, number])[] = [
  ['split_shipments', 60], ['short_then_shipped', 40], ['short_then_cancelled', 30], ['over_shipped', 20], ['corrected_before_billing_decision', 15], ['price_changed_after_release', 15],
  ['duplicate_purchase_order', 10], ['tax_rate_change', 30], ['sample_and_substitution', 20], ['unknown_unit', 10], ['credit_limit', 5], ['part_payment', 40], ['over_payment', 15],
  ['joint_payment', 30], ['card', 70], ['return_after_payment', 25], ['return_before_payment', 15], ['cancel_before_release', 20], ['cancel_after_release', 15], ['scarce_stock', 10], ['kit_part_shipped', 15],
];

export function tellNext(context: StoryContext, only: ScenarioName | null = null): Story[] {
  if (only !== null) return tellers[only](context);
  let point = context.dice.between(0, 999);
  for (const [name, weight] of mix) {
    if (point < weight) return tellers[name](context);
    point -= weight;
  }
  return tellers.plain(context);
}
