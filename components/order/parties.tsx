import type { ReactNode } from "react";
import { CalendarDay } from "@/components/ui/age";
import { Identifier } from "@/components/ui/identifier";
import type { OrderDetail } from "@/server/api/shapes";

type Party = OrderDetail["terms"]["parties"][number];
const roles: Readonly<Record<Party["role"], string>> = { sellTo: "Sell-to", billTo: "Bill-to", shipTo: "Ship-to", payer: "Payer", creditAccount: "Credit account" };
const roleOrder = Object.keys(roles) as Party["role"][];
/** Where the order names nobody, who stands in (domain.md 1). */
const otherwise: Partial<Record<Party["role"], string>> = { payer: "the bill-to", creditAccount: "the customer’s own" };
const freight: Readonly<Record<string, string>> = { prepaid: "prepaid, not charged", prepaid_and_add: "prepaid and added to the invoice", collect: "collect: the consignee pays the carrier", third_party: "billed to a third party" };
const shipRules: Readonly<Record<string, string>> = { partial: "in parts, as it is there", line_complete: "each line as a whole", complete: "all at once" };
const payments: Readonly<Record<string, string>> = { terms: "by its terms", card: "by card", advance: "in advance" };

interface Address { name?: string; line1?: string; line2?: string; city?: string; state?: string; postalCode?: string; country?: string }
const addressText = ({ name, line1, line2, city, state, postalCode, country }: Address): string => [name, line1, line2, city, [state, postalCode].filter(Boolean).join(" "), country].filter(Boolean).join(", ");
const text = (document: Record<string, unknown>, name: string): string | null => (typeof document[name] === "string" ? document[name] : null);

function Row({ name, children }: { name: string; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

/** Who stands in which of the five roles, how it is to be shipped and paid, and the dates that were asked for and promised. */
export function Parties({ detail }: { detail: OrderDetail }) {
  const { document, terms: { parties, invoices } } = detail;
  if (document === null) return <p className="sm m2">The order itself was not told yet.</p>;
  const day = (name: string) => { const value = text(document, name); return value === null ? null : <CalendarDay day={value} />; };
  const address = document["shipToAddress"] as Address | undefined;
  const method = (document["payment"] as { method?: string } | undefined)?.method ?? "";
  const billedTerms = invoices.find(({ terms }) => terms !== null)?.terms ?? null;
  const termsCode = text(document, "terms");
  const dates = ([["Requested", "requestedShip"], ["Promised", "promised"], ["Not before", "notBefore"], ["Cancel after", "cancelAfter"]] as const).flatMap(([name, key]) => { const value = day(key); return value === null ? [] : [{ name, value }]; });
  return (
    <dl className="facts">
      {roleOrder.map((role) => {
        const party = parties.find((one) => one.role === role);
        return (
          <Row key={role} name={roles[role]}>
            {party === undefined ? <span className="m2">{otherwise[role] ?? "not named"}</span> : <>
              {party.name ?? <span className="m2">{party.customer === null ? "no customer of ours is known by it" : ""}</span>} <Identifier>{party.customer ?? party.code}</Identifier>{party.customer !== null && party.customer !== party.code && <span className="sm m3"> {party.code} at the source</span>}
            </>}
            {role === "shipTo" && address !== undefined && <span className="sm m2 facts-more">{addressText(address)}</span>}
          </Row>
        );
      })}
      <Row name="Terms">{termsCode === null ? <span className="m2">none</span> : <><span className="id">{billedTerms ?? termsCode}</span>{billedTerms !== null && billedTerms !== termsCode && <span className="sm m3"> {termsCode} at the source</span>}, {payments[method] ?? method}</>}</Row>
      <Row name="Freight">{freight[text(document, "freightTerms") ?? ""] ?? "not said"}; title passes at {text(document, "titleTransfer") ?? "origin"}</Row>
      <Row name="Ships">{shipRules[text(document, "shipRule") ?? ""] ?? "not said"}</Row>
      {dates.map(({ name, value }) => <Row key={name} name={name}>{value}</Row>)}
    </dl>
  );
}
