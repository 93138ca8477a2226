import type { VendureVisitor } from "./server";

const error = "... on ErrorResult { errorCode message }";

export interface Basket { code: string; lines: { id: string; productVariant: { sku: string } }[] }
interface How { coupon?: string; method?: string; /** Called when all is in the basket and nothing is paid yet. */ before?: (basket: Basket) => void }
/** A checkout as a buyer does it. Answers the order's id and code. */
export async function checkout({ shop, admin }: VendureVisitor, items: Readonly<Record<string, number>>, { coupon, method = "card", before }: How = {}): Promise<{ id: string; code: string }> {
  const { productVariants } = await admin("{ productVariants { items { id sku } } }");
  for (const [sku, quantity] of Object.entries(items)) {
    const { id } = productVariants.items.find((row: { sku: string }) => row.sku === sku);
    await shop(`mutation($id: ID!, $quantity: Int!) { addItemToOrder(productVariantId: $id, quantity: $quantity) { ... on Order { id } ${error} } }`, { id, quantity });
  }
  if (coupon) await shop(`mutation($coupon: String!) { applyCouponCode(couponCode: $coupon) { ... on Order { id } ${error} } }`, { coupon });
  await shop(`mutation($input: CreateAddressInput!) { setOrderShippingAddress(input: $input) { ... on Order { id } ${error} } }`, { input: { fullName: "Harbor Supply, Dock 2", streetLine1: "400 Wharf St", city: "Columbus", province: "OH", postalCode: "43004", countryCode: "US" } });
  const { eligibleShippingMethods: [ground] } = await shop("{ eligibleShippingMethods { id } }");
  await shop(`mutation($id: [ID!]!) { setOrderShippingMethod(shippingMethodId: $id) { ... on Order { id } ${error} } }`, { id: [ground.id] });
  if (before) before((await shop("{ activeOrder { code lines { id productVariant { sku } } } }")).activeOrder as Basket);
  await shop(`mutation { transitionOrderToState(state: "ArrangingPayment") { ... on Order { id } ${error} } }`);
  const { addPaymentToOrder } = await shop(`mutation($input: PaymentInput!) { addPaymentToOrder(input: $input) { ... on Order { id code } ${error} } }`, { input: { method, metadata: {} } });
  return addPaymentToOrder;
}

/** What a clerk does in the admin, one verb each. */
export const deskOf = ({ admin }: VendureVisitor) => ({
  read: async (id: string) => (await admin(`query($id: ID!) { order(id: $id) { id code state updatedAt total totalWithTax taxSummary { taxRate taxBase taxTotal } lines { id quantity productVariant { id sku } } payments { id state amount refunds { id state } } fulfillments { id state method trackingCode lines { orderLineId quantity } } } }`, { id })).order,
  settle: async (payment: string) => admin(`mutation($id: ID!) { settlePayment(id: $id) { ... on Payment { id } ${error} } }`, { id: payment }),
  ship: async (line: string, quantity: number, trackingCode: string): Promise<string> => {
    const input = { lines: [{ orderLineId: line, quantity }], handler: { code: "manual-fulfillment", arguments: [{ name: "method", value: "UPS" }, { name: "trackingCode", value: trackingCode }] } };
    const { addFulfillmentToOrder: { id } } = await admin(`mutation($input: FulfillOrderInput!) { addFulfillmentToOrder(input: $input) { ... on Fulfillment { id } ${error} } }`, { input });
    await admin(`mutation($id: ID!) { transitionFulfillmentToState(id: $id, state: "Shipped") { ... on Fulfillment { id } ${error} } }`, { id });
    return id as string;
  },
  cancel: async (orderId: string, line: string, quantity: number) => admin(`mutation($input: CancelOrderInput!) { cancelOrder(input: $input) { ... on Order { id } ${error} } }`, { input: { orderId, lines: [{ orderLineId: line, quantity }], reason: "Customer found stock", cancelShipping: false } }),
  refund: async (paymentId: string, amount: number): Promise<void> => {
    const { refundOrder: { id } } = await admin(`mutation($input: RefundOrderInput!) { refundOrder(input: $input) { ... on Refund { id } ${error} } }`, { input: { lines: [], shipping: 0, adjustment: 0, amount, paymentId, reason: "Cancelled line" } });
    await admin(`mutation($id: ID!) { settleRefund(input: { id: $id, transactionId: "re_1" }) { ... on Refund { id } ${error} } }`, { id });
  },
  onHand: async (sku: string): Promise<number> => (await admin("{ productVariants { items { sku stockLevels { stockOnHand } } } }")).productVariants.items.find((row: { sku: string }) => row.sku === sku).stockLevels[0].stockOnHand,
});
