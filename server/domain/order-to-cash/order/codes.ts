import type { CrossReference, CustomerMaster, ItemMaster, PriceAgreement } from "../../contracts/masters";
import type { ExceptionCode } from "../../exceptions";
import { knowsTerms } from "../../payment-terms";
import { fail, ok, type Result } from "../../result";
import { referenceId, type Reference, type ReferenceKey } from "../../plan";
import type { Policy } from "../../policy";
import type { Problem } from "./lines/sold";

/** Kinds of codes that the cross-reference knows. */
export type CodeKind = CrossReference["kind"];
export const mapKey = (kind: CodeKind, system: string, code: string): ReferenceKey => ({ topic: "map", key: `${kind}/${system}/${code}` });

const missing: Readonly<Record<CodeKind, ExceptionCode>> = { customer: "MAP-01", item: "MAP-02", unit: "MAP-03", tax: "MAP-04", warehouse: "MAP-04", terms: "MAP-04", carrier: "MAP-04", charge: "MAP-04", reason: "MAP-04" };

/** Reads codes of one source system in our words, and the master records behind them. */
export interface Codebook {
  canonical(kind: CodeKind, code: string): Result<string>;
  customer(canonical: string): CustomerMaster | null;
  item(canonical: string): ItemMaster | null;
  /** As it counts for one line of the order; absent where it counts alike for all. */
  ofLine?(line: string): Codebook;
  agreements(customer: string, item: string): readonly PriceAgreement[];
}

/** What a system calls a warehouse in our word for it; its own where nobody has mapped it, with what is wrong. */
export type WarehouseWords = (system: string, word: string | null | undefined) => { warehouse: string | null; unmapped: Problem | null };

export function warehouseWords(reference: Reference, policy: Pick<Policy, "terms">): WarehouseWords {
  const books = new Map<string, Codebook>();
  const bookOf = (system: string): Codebook => {
    const present = books.get(system);
    if (present) return present;
    const made = codebook(reference, system, policy);
    books.set(system, made);
    return made;
  };
  return (system, word) => {
    if (word == null) return { warehouse: null, unmapped: null };
    const found = bookOf(system).canonical("warehouse", word);
    return found.ok ? { warehouse: found.value, unmapped: null } : { warehouse: word, unmapped: { code: missing.warehouse, fingerprint: { connector: system, code: `warehouse/${word}` }, message: found.error.message } };
  };
}

/**
 * A cross-reference row decides. Without one, a code is its own canonical name only where the record of that very name is
 * known (a source that speaks the ERP's own words); a customer, item or payment term that nothing explains is MAP-01, 02
 * or 04. A row without a canonical value says that the mapping was taken away; one to terms that the rules do not know explains
 * nothing.
 */
export function codebook(reference: Reference, system: string, policy: Pick<Policy, "terms">): Codebook {
  const row = <T>(topic: string, key: string): T | null => (reference.get(referenceId({ topic, key }))?.data ?? null) as T | null;
  const itself = (kind: CodeKind, code: string): boolean => {
    if (kind === "customer") return reference.has(referenceId({ topic: "customer", key: code }));
    if (kind === "item") return reference.has(referenceId({ topic: "item", key: code }));
    return kind !== "terms" || knowsTerms(policy, code);
  };
  return {
    canonical: (kind, code) => {
      const mapped = row<CrossReference>("map", mapKey(kind, system, code).key);
      if (kind === "terms" && mapped?.canonical !== undefined && !knowsTerms(policy, mapped.canonical)) return fail(missing.terms, `${system}: terms ${code} are mapped to ${mapped.canonical}, which the rules do not know`);
      if (mapped?.canonical !== undefined) return ok(mapped.canonical);
      if (!mapped && itself(kind, code)) return ok(code);
      return fail(missing[kind], `${system}: ${kind} ${code} has no mapping`);
    },
    customer: (key) => row<CustomerMaster>("customer", key),
    item: (key) => row<ItemMaster>("item", key),
    agreements: (customer, item) => {
      const found = row<PriceAgreement & { agreements?: PriceAgreement[] }>("price", `${customer}/${item}`);
      return found ? (found.agreements ?? [found]) : [];
    },
  };
}
