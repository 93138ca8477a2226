"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import { Input } from "@/components/ui/input";
import { useKeys } from "@/components/ui/keys";
import { Select } from "@/components/ui/select";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Textarea } from "@/components/ui/textarea";
import { notify } from "@/components/ui/toast";
import type { ConnectorDescription, ConnectorKinds } from "@/server/api/shapes";
import { Control } from "./control";
import { assembled, formFields, shownValue, wordsOf } from "./settings-shape";

/** A new connector of a shipped kind, by who may: its own form, tried out before it is kept, and paused until somebody resumes it. */
export function AddConnector({ onAdded }: { onAdded: (id: string) => void }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const kinds = useQuery(trpc.connectors.kinds.queryOptions());
  const why = kinds.data?.missing ?? undefined;
  useKeys([{ keys: "n", label: "add a connector", run: () => { if (kinds.data && why === undefined) setOpen(true); } }]);
  return (
    <>
      <Button size="xs" icon="plus" why={why} onClick={() => { setOpen(true); }}>Add connector</Button>
      {open && (kinds.data ? <Form offer={kinds.data} onClose={() => { setOpen(false); }} onAdded={(id) => { setOpen(false); onAdded(id); }} />
        : <Dialog open onOpenChange={setOpen} title="Add a connector">{kinds.isError ? <p role="alert">{kinds.error.message}</p> : <SkeletonRows rows={4} />}</Dialog>)}
    </>
  );
}

const idOf = (name: string): string => name.toLowerCase().normalize("NFKD").replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^[-0-9]+|-+$/g, "").slice(0, 40);
const grades: Record<ConnectorDescription["grade"], string> = { proven: "Proven", "contract-checked": "Contract-checked", sandbox: "Sandbox" };

function Form({ offer, onClose, onAdded }: { offer: ConnectorKinds; onClose: () => void; onAdded: (id: string) => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [type, setType] = useState(offer.kinds[0]?.type ?? "");
  const [entity, setEntity] = useState(offer.entities[0]?.code ?? "");
  const [name, setName] = useState("");
  const [ownId, setOwnId] = useState<string | null>(null);
  const [draft, setDraft] = useState<Record<string, string>>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const kind = offer.kinds.find((one) => one.type === type);
  // Mappings are made, and tried on a sample, once it is there: until then it takes no file.
  const fields = kind ? formFields(kind.settingsSchema).filter(({ name }) => name !== kind.mapping?.setting) : [];
  const { settings, errors } = assembled(fields, draft, {});
  const id = ownId ?? idOf(name);
  const wanted = { id, type, entity, settings, secrets };
  const tryOut = useMutation(trpc.connectors.tryOut.mutationOptions());
  const add = useMutation(trpc.connectors.add.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const tested = tryOut.data !== undefined && JSON.stringify(tryOut.variables) === JSON.stringify(wanted) ? tryOut.data : null;
  const absent = kind?.secretNames.filter((secret) => secret.required && !secrets[secret.name]).map((secret) => secret.name) ?? [];
  const faulty = Object.keys(errors).length > 0 || absent.length > 0 || name.trim() === "" || id === "";
  const test = (): void => { setAsked(true); if (!faulty) tryOut.mutate(wanted); };
  const save = (): void => {
    setAsked(true);
    if (faulty || reason.trim().length < 3 || tested === null) return;
    add.mutate({ ...wanted, name: name.trim(), reason: reason.trim() }, { onSuccess: () => { notify(`${name.trim()} is added, paused`); onAdded(id); } });
  };
  return (
    <Dialog open wide onOpenChange={(open) => { if (!open) onClose(); }} title="Add a connector" description="It starts paused: it takes input, and sends nothing before somebody resumes it."
      footer={<><Button onClick={onClose}>Leave it</Button><Button icon="plug" pending={tryOut.isPending} onClick={test}>Test connection</Button><Button variant="primary" why={tested === null ? "Test it first" : undefined} whyIcon="circle-dashed" pending={add.isPending} onClick={save}>{tested?.ok === false ? "Add it though it does not answer" : "Add, paused"}</Button></>}>
      <div className="cn-form">
        <Field label="Kind" hint={kind ? `${grades[kind.grade]}; ${kind.mail ? "carries notices to people" : kind.commands.length === 0 ? "nothing is sent to it" : `takes ${kind.commands.length} kinds of documents`}${kind.webhook ? `; it may call /api/webhooks/${id || "…"}` : ""}${kind.mapping ? "; what its files mean is set up once it is added" : ""}` : undefined}>
          <Select value={type} onChange={(event) => { setType(event.target.value); setDraft({}); setSecrets({}); }} options={offer.kinds.map((one) => ({ value: one.type, label: `${one.title}${one.grade === "sandbox" ? " (sandbox)" : ""}` }))} />
        </Field>
        <Field label="Entity" hint="Whose documents it carries"><Select value={entity} onChange={(event) => { setEntity(event.target.value); }} options={offer.entities.map((one) => ({ value: one.code, label: `${one.code} ${one.name}` }))} /></Field>
        <Field label="Name" required error={asked && name.trim() === "" ? "Give it a name." : undefined}><Input value={name} maxLength={80} autoFocus autoComplete="off" onChange={(event) => { setName(event.target.value); }} /></Field>
        <Field label="Id" required hint="Stands in keys and addresses; it cannot be changed later" error={asked && id === "" ? "Small letters, digits and hyphens." : undefined}><Input mono value={id} maxLength={40} autoComplete="off" spellCheck={false} onChange={(event) => { setOwnId(event.target.value); }} /></Field>
        {fields.map((field) => (
          <Field key={`${type}/${field.name}`} label={field.title} hint={field.description} required={field.required} error={asked ? errors[field.name] : undefined}>
            <Control field={field} value={draft[field.name] ?? shownValue(field, {})} readOnly={false} onChange={(value) => { setDraft({ ...draft, [field.name]: value }); }} />
          </Field>
        ))}
        {kind?.secretNames.map((secret) => (
          <Field key={`${type}/${secret.name}`} label={wordsOf(secret.title)} required={secret.required} hint="Goes in, never comes out." error={asked && absent.includes(secret.name) ? "It is needed." : undefined}>
            <Input type="password" mono value={secrets[secret.name] ?? ""} autoComplete="new-password" maxLength={4000} onChange={(event) => { setSecrets({ ...secrets, [secret.name]: event.target.value }); }} />
          </Field>
        ))}
      </div>
      <div role="status" aria-live="polite" className="sm">
        {tested && <p><Icon name={tested.ok ? "check" : "unplug"} small /> {tested.ok ? "It answers: " : "It does not answer: "}{tested.detail}{tested.tookMs === null ? "" : `, in ${tested.tookMs} ms`}</p>}
        {tryOut.isError && <p className="hp e"><Icon name="circle-alert" small /> {tryOut.error.message}</p>}
      </div>
      <Field label="Reason" required error={asked && tested !== null && reason.trim().length < 3 ? "Say why, so that the record can be read later." : undefined}><Textarea rows={2} maxLength={1000} value={reason} onChange={(event) => { setReason(event.target.value); }} /></Field>
      {add.isError && <p className="hp e" role="alert"><Icon name="circle-alert" small /> {add.error.message}</p>}
    </Dialog>
  );
}
