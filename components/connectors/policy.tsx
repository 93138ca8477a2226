"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/client";
import { Clock } from "@/components/ui/age";
import { Button } from "@/components/ui/button";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { DifferenceList } from "@/components/ui/difference-list";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Region } from "@/components/ui/region";
import { notify } from "@/components/ui/toast";
import type { ConnectorView } from "@/server/api/shapes";
import { laneNames, policySentences } from "@/server/domain/policy-sentences";
import { checkPolicy, lanes } from "@/server/domain/resilience";
import { breakerFigures, budgetFigures, keyOf, laneFigures, policyDifferences, shown, typedPolicy } from "./policy-shape";

/** How the tower bears with this connector, as sentences; an administrator changes its numbers with a reason. */
export function Policy({ connector }: { connector: ConnectorView }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [draft, setDraft] = useState<Record<string, string>>({});
  const save = useMutation(trpc.connectors.savePolicy.mutationOptions({ onSettled: () => queryClient.invalidateQueries() }));
  const { policy, kind } = connector, typed = typedPolicy(policy, draft), changes = policyDifferences(policy, typed);
  if (!connector.called || kind === null) return null;
  const checked = checkPolicy(typed, kind.limits), wrong = checked.ok ? undefined : checked.error;
  const send = async (reason: string): Promise<string | undefined> => {
    try {
      await save.mutateAsync({ id: connector.id, version: connector.rulesVersion, policy: typed, reason });
      setDraft({});
      notify("Workers take the new policy within seconds");
      return undefined;
    } catch (error) { return error instanceof Error ? error.message : "It was refused"; }
  };
  const groups = [{ name: "Budget", figures: budgetFigures }, ...lanes.map((lane) => ({ name: laneNames[lane], figures: laneFigures(lane) })), { name: "Breaker", figures: breakerFigures }];
  return (
    <Region title="Policies" sub={`v${connector.rulesVersion}`} end={<Button size="xs" why={connector.missing.manage ?? undefined} whyIcon="lock" onClick={() => { setAsking(true); }}>Change</Button>}>
      {connector.waitsUntil !== null && <p className="sm">It asked for a pause: nobody calls it before <Clock at={connector.waitsUntil} seconds />.</p>}
      <dl className="cn-policy">{policySentences(policy).map(({ name, says }) => <div key={name}><dt>{name}</dt><dd>{says}</dd></div>)}</dl>
      <ConfirmAction
        open={asking} onOpenChange={(open) => { setAsking(open); if (!open) setDraft({}); }} wide title={`Change the policies of ${connector.name}`} effect="For all workers, within seconds. What is under way ends with the old ones." reason="required" confirmLabel="Change them"
        why={changes.length === 0 ? "Nothing was changed" : wrong && `${wrong.message}`} onConfirm={send}
      >
        <div className="cn-figures">
          {groups.map(({ name, figures }) => (
            <fieldset key={name}>
              <legend>{name}</legend>
              {figures.map((figure) => (
                <Field key={keyOf(figure)} label={figure.label} error={wrong?.at === keyOf(figure) ? wrong.message : undefined}>
                  <Input value={draft[keyOf(figure)] ?? shown(policy, figure)} unit={figure.unit} inputMode="decimal" autoComplete="off" onChange={(event) => { setDraft({ ...draft, [keyOf(figure)]: event.target.value }); }} />
                </Field>
              ))}
            </fieldset>
          ))}
        </div>
        {changes.length > 0 && <DifferenceList rows={changes} />}
      </ConfirmAction>
    </Region>
  );
}
