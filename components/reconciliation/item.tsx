"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Age, Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Identifier } from "@/components/ui/identifier";
import { Money } from "@/components/ui/money";
import { moneyText } from "@/components/ui/money-text";
import { Select } from "@/components/ui/select";
import { Table, type Column } from "@/components/ui/table";
import { notify } from "@/components/ui/toast";
import { Why } from "@/components/ui/why";
import type { StatementItemView, StatementView } from "@/server/api/shapes";
import { processes, reasonCodes, type ReasonCode } from "@/server/domain/reconciliation/settling";
import { reconciliationHref, type ReconciliationSearch } from "./search";
import { resultWords, ruleWords } from "./words";

type Document = StatementItemView["documents"][number];
type Act = "settle" | "approve" | "refuse";

const hrefOf = ({ subjectKind, number, label }: Document): string => (subjectKind === "order" && number !== null ? `/orders/${encodeURIComponent(number)}` : `/trace?q=${encodeURIComponent(label)}`);
const columnsOf = (currency: string): readonly Column<Document>[] => [
  { key: "document", head: "Document", cell: (row) => <Identifier href={hrefOf(row)}>{row.label}</Identifier> },
  { key: "party", head: "Party", from: "phone", cell: (row) => <span className="m2">{row.partyName ?? row.party ?? "–"}</span> },
  { key: "day", head: "Date", align: "right", cell: (row) => <span className="n">{row.day}</span> },
  { key: "tax", head: "Tax", align: "right", from: "phone", cell: (row) => <Money amount={row.tax} currency={currency} /> },
  { key: "amount", head: "Amount", align: "right", cell: (row) => <Money amount={row.amount} currency={currency} /> },
];

/** Two sides of one item, what speaks for it, who said what, and what may be done. */
export function ItemDetail({ statement, item, search }: { statement: StatementView; item: StatementItemView; search: ReconciliationSearch }) {
  const trpc = useTRPC(), queryClient = useQueryClient(), options = { onSettled: () => queryClient.invalidateQueries() };
  const [asking, setAsking] = useState<Act | null>(null), [code, setCode] = useState<ReasonCode>(item.acts.reasons[0] ?? "timing");
  const settle = useMutation(trpc.reconciliation.settle.mutationOptions(options)), approve = useMutation(trpc.reconciliation.approve.mutationOptions(options)), refuse = useMutation(trpc.reconciliation.refuse.mutationOptions(options));
  const named = { run: statement.id, no: item.no, digest: item.digest }, books = processes[statement.process], amount = moneyText(item.acts.atStake, item.currency), isPair = item.result === "matched";
  const refused = (error: unknown): string => (error instanceof Error ? error.message : "It was refused");
  const acts: Readonly<Record<Act, (comment: string) => Promise<string>>> = {
    settle: async (comment) => ((await settle.mutateAsync({ ...named, code, comment })).state === "proposed" ? "Prepared: a second person approves it." : "Settled, in your name."),
    approve: async (comment) => { await approve.mutateAsync({ ...named, comment }); return "Approved and settled."; },
    refuse: async (comment) => { await refuse.mutateAsync({ ...named, comment }); return item.state === "proposed" ? "Refused: it is open again." : "Refused: its documents stand alone, and are not suggested together again."; },
  };
  const send = async (act: Act, comment: string): Promise<string | undefined> => {
    try { notify(await acts[act](comment)); return undefined; } catch (error) { return refused(error); }
  };
  const dialog = (act: Act) => ({ open: asking === act, onOpenChange: (open: boolean) => { if (!open) setAsking(null); }, reason: "required" as const, reasonLabel: "Comment", onConfirm: (comment: string) => send(act, comment) });
  const open = statement.state === "open", confirm = isPair ? "Confirm the match" : `Settle ${amount}`;
  return (
    <section aria-label={`Item ${item.no}`} className="grid gap-3">
      <div className="row wrap"><h3 className="b">{resultWords[item.result].word}</h3><span className="m2">{ruleWords[item.rule]}</span><span className="grow" /><Button size="xs" variant="ghost" icon="x" label="Close the item" href={reconciliationHref(search, { item: null })} /></div>
      <Why>{item.because.join("; ")}.</Why>
      <div className="cn-cols">
        {(["a", "b"] as const).map((side) => {
          const own = item.documents.filter((row) => row.side === side);
          return (
            <div key={side} className="p-2">
              <p className="sm"><span className="b">Side {side.toUpperCase()}</span> <span className="m2">{books[side]}</span></p>
              {own.length === 0 ? <p className="sm m2">Nothing.</p> : <Table caption={`Side ${side.toUpperCase()}`} columns={columnsOf(item.currency)} rows={own} rowKey={({ key }) => key} rowName={({ label }) => label} flush keyboard={false} />}
            </div>
          );
        })}
      </div>
      <p className="sm">Difference <Money className="b" amount={item.difference} currency={item.currency} signed />, tax <Money amount={item.taxDifference} currency={item.currency} signed />{(item.state === "open" || item.state === "proposed") && <>; open for <Age since={item.since} /></>}</p>
      {item.preparedAt !== null && (
        <ol className="two">
          <li><span className="stp on"><Icon name="check" small /></span><span><b>{item.preparedByName} {item.state === "refused" ? "refused" : item.code === null ? "said" : reasonCodes[item.code]}</b><br /><span className="sm m2">“{item.comment}”</span></span><span className="sm m3"><Clock at={item.preparedAt} /></span></li>
          {item.approvedAt !== null && <li><span className="stp on"><Icon name="check" small /></span><span><b>{item.approvedByName} approved</b></span><span className="sm m3"><Clock at={item.approvedAt} /></span></li>}
          {item.state === "proposed" && <li><span className="stp">2</span><span><b>{item.acts.approveWhy === null ? "Waits for an approver: you may" : "Waits for an approver"}</b><br /><span className="sm m2">{amount}, never by who prepared it</span></span><span /></li>}
        </ol>
      )}
      {open && item.state === "open" && <div className="acts"><Button variant="primary" why={item.acts.settleWhy ?? undefined} onClick={() => { setAsking("settle"); }}>{confirm}</Button>{item.acts.refuseWhy === null && <Button onClick={() => { setAsking("refuse"); }}>Refuse the suggestion</Button>}</div>}
      {open && item.state === "proposed" && <div className="acts"><Button variant="primary" why={item.acts.approveWhy ?? undefined} onClick={() => { setAsking("approve"); }}>{`Approve ${amount}`}</Button><Button variant="danger" why={item.acts.refuseWhy ?? undefined} onClick={() => { setAsking("refuse"); }}>Refuse</Button></div>}
      <ConfirmAction {...dialog("settle")} title={isPair ? "Confirm that these are one" : `Settle ${amount}`} effect="Stands in your name with its reason. Above what the rules write off by themselves a second person approves it." confirmLabel={confirm}>
        <Field label="Reason"><Select value={code} onChange={(event) => { setCode(item.acts.reasons.find((name) => name === event.target.value) ?? code); }} options={item.acts.reasons.map((value) => ({ value, label: reasonCodes[value] }))} /></Field>
      </ConfirmAction>
      <ConfirmAction {...dialog("approve")} title={`Approve ${amount}`} effect={`${item.preparedByName ?? ""} said: ${item.code === null ? "" : reasonCodes[item.code]}. “${item.comment ?? ""}”`} confirmLabel={`Approve ${amount}`} />
      <ConfirmAction {...dialog("refuse")} title={item.state === "proposed" ? "Refuse what was prepared" : "Refuse the suggestion"} effect={item.state === "proposed" ? "It is open again." : "Its documents stand alone again, and these are not suggested together any more."} confirmLabel="Refuse" danger />
    </section>
  );
}
