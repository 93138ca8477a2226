"use client";
import { useRouter } from "next/navigation";
import { DataList } from "@/components/ui/data-list";
import { Money } from "@/components/ui/money";
import type { Column } from "@/components/ui/table";
import { Why } from "@/components/ui/why";
import type { CreditToAdopt } from "@/server/api/shapes";

const columns: readonly Column<CreditToAdopt>[] = [
  { key: "return", head: "Return", width: "min(150px, 30vw)", cell: (row) => <span className="el" title={row.return}><span className="id b">{row.return}</span></span> },
  { key: "order", head: "Order", from: "desk", width: "130px", cell: (row) => <span className="id el" title={row.order}>{row.order}</span> },
  { key: "customer", head: "Customer", from: "phone", width: "120px", cell: (row) => <span className="id el" title={row.customer ?? ""}>{row.customer}</span> },
  { key: "document", head: "In the ledger", width: "min(170px, 31vw)", cell: (row) => <span className="el" title={`${row.number}, ${row.date}`}><span className="id b">{row.number}</span> <span className="m2">{row.date}</span></span> },
  { key: "total", head: "Its total", width: "110px", align: "right", cell: (row) => <Money amount={row.total} currency={row.currency} /> },
  { key: "because", head: "Because", from: "desk", width: "max(320px, 36vw)", cell: (row) => <span className="m2 el" title={row.because}>{row.because}</span> },
];
const causeOf = ({ fingerprint }: CreditToAdopt): string => `/exceptions?group=${encodeURIComponent(fingerprint)}`;

/** Credits that somebody made in the ledger and that may be a return's: until a person has said so of each, nothing is credited for it. Each is decided where its return stands. */
export function CreditsToAdopt({ entity, rows, total }: { entity: string; rows: readonly CreditToAdopt[]; total: number }) {
  const router = useRouter();
  return (
    <>
      <div className="rg"><Why question={`Credits of ${entity}`}>These credits were made in the ledger by somebody else and may be those of returns. Open one to adopt or decline it; until then nothing is credited.{total > rows.length ? ` The oldest ${rows.length.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} are shown: the rest follows as these are decided.` : ""}</Why></div>
      <DataList caption="Credits to adopt" columns={columns} rows={rows} rowKey={({ item, number }) => `${item} ${number}`} rowName={(row) => `${row.return}, ${row.number}`} height="min(260px, 40dvh)" keyboard={false} onOpen={(row) => { router.push(causeOf(row)); }} />
    </>
  );
}
