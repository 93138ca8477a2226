"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { DifferenceList } from "@/components/ui/difference-list";
import { Field } from "@/components/ui/field";
import { useKeys } from "@/components/ui/keys";
import { Region } from "@/components/ui/region";
import { notify } from "@/components/ui/toast";
import type { ConnectorView } from "@/server/api/shapes";
import { Control } from "./control";
import { Mappings } from "./mappings";
import { SecretField } from "./secret-field";
import { assembled, differences, formFields, shownValue, withDefaults } from "./settings-shape";
import { Versions } from "./versions";

/** The form of the connector's own schema. A save makes a new version and is refused where somebody else saved since. */
export function Settings({ connector }: { connector: ConnectorView }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Record<string, string>>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [asked, setAsked] = useState(false);
  const [asking, setAsking] = useState(false);
  const save = useMutation(trpc.connectors.save.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const fields = connector.kind ? formFields(connector.kind.settingsSchema) : [];
  const { settings, errors } = assembled(fields, draft, connector.settings);
  const changedSecrets = Object.entries(secrets).filter(([, value]) => value !== "");
  // A default that is not saved yet is no change of the person's.
  const changes = differences(withDefaults(fields, connector.settings), withDefaults(fields, settings)).map((row) => ({ ...row, name: fields.find(({ name }) => name === row.name)?.title ?? row.name }));
  const dirty = changes.length > 0 || changedSecrets.length > 0;
  const broken = Object.keys(errors).length > 0;
  const next = `v${connector.settingsVersion + 1}`;
  const why = connector.missing.manage ?? (dirty || broken ? undefined : "Nothing was changed");
  const form = useRef<HTMLFormElement>(null);
  const ask = (): void => {
    if (why !== undefined) return;
    setAsked(true);
    if (!broken) setAsking(true);
    // what is wrong is named under its field; the first one is gone to
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  useKeys([{ keys: "mod+s", label: "save a version of the settings", run: ask }]);
  const send = async (reason: string): Promise<string | undefined> => {
    try {
      await save.mutateAsync({ id: connector.id, version: connector.settingsVersion, settings, reason, ...(changedSecrets.length > 0 ? { secrets: Object.fromEntries(changedSecrets) } : {}) });
      setDraft({}); setSecrets({});
      notify(`Saved as ${next}`);
      return undefined;
    } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  const readOnly = connector.missing.manage !== null;
  return (
    <Region title="Settings" sub={`v${connector.settingsVersion}`} end={<Button size="xs" variant={dirty && !readOnly ? "primary" : "plain"} why={why} whyIcon={readOnly ? "lock" : "circle-dashed"} onClick={ask}>Save as {next}</Button>}>
      {connector.kind === null
        ? <p className="sm m2">This version has no code for {connector.type}, so its settings cannot be drawn. They stay as they are.</p>
        : fields.length + connector.kind.secretNames.length === 0 ? <p className="sm m2">There is nothing to set.</p>
        : <form ref={form} className="cn-form" onSubmit={(event) => { event.preventDefault(); ask(); }} noValidate>
            {fields.map((field) => field.name === connector.kind?.mapping?.setting ? (
              <Mappings key={field.name} connector={connector.id} field={field} about={connector.kind.mapping} value={draft[field.name] ?? shownValue(field, connector.settings)} readOnly={readOnly} onChange={(value) => { setDraft({ ...draft, [field.name]: value }); }} />
            ) : (
              <Field key={field.name} label={field.title} hint={field.description} required={field.required} error={asked || field.name in draft ? errors[field.name] : undefined}>
                <Control field={field} value={draft[field.name] ?? shownValue(field, connector.settings)} readOnly={readOnly} onChange={(value) => { setDraft({ ...draft, [field.name]: value }); }} />
              </Field>
            ))}
            {connector.kind.secretNames.map((secret) => (
              <SecretField key={secret.name} title={secret.title} set={connector.secretsSet.includes(secret.name)} readOnly={readOnly} value={secrets[secret.name]} onChange={(value) => { const { [secret.name]: _gone, ...rest } = secrets; setSecrets(value === undefined ? rest : { ...rest, [secret.name]: value }); }} />
            ))}
            <button type="submit" className="vh" tabIndex={-1} aria-hidden>Save</button>
          </form>}
      {dirty && <div className="pt-3"><div className="rh"><h3>Draft against v{connector.settingsVersion}</h3><span className="rh-end"><Button size="xs" variant="ghost" onClick={() => { setDraft({}); setSecrets({}); setAsked(false); }}>Drop the draft</Button></span></div><DifferenceList rows={[...changes, ...changedSecrets.map(([name]) => ({ name, before: null, after: "a new value" }))]} /></div>}
      <Versions connector={connector} readOnly={readOnly} onTake={(settingsOfVersion) => { setDraft(Object.fromEntries(fields.map((field) => [field.name, shownValue(field, settingsOfVersion)]))); }} />
      <ConfirmAction open={asking} onOpenChange={setAsking} title={`Save settings of ${connector.name} as ${next}`} effect="Workers take the new version within seconds. What is under way ends with the old one." reason="required" confirmLabel={`Save as ${next}`} onConfirm={send}>
        <DifferenceList rows={[...changes, ...changedSecrets.map(([name]) => ({ name, before: null, after: "a new value" }))]} />
      </ConfirmAction>
    </Region>
  );
}
