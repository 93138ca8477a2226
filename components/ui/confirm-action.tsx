"use client";
import { useId, useState, useTransition, type ReactNode } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Field } from "./field";
import { Icon } from "./icon";
import { Textarea } from "./textarea";

export interface ConfirmActionProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The verb with its object: "Approve HLD-5521". */
  title: string;
  /** What happens, in one line: "Posts one invoice to Business Central within a minute." */
  effect: ReactNode;
  /** What cannot be undone, said before it is done. */
  irreversible?: string | undefined;
  reason: "required" | "optional" | "none";
  reasonLabel?: string | undefined;
  /** Says what happens, with the amount: "Approve $48,309.81". */
  confirmLabel: string;
  danger?: boolean | undefined;
  /** Why it cannot be done: the button stays and says so. */
  why?: string | undefined;
  /** Room for a table of what it would touch. */
  wide?: boolean | undefined;
  /** What it would touch: evidence, a preview, further fields. */
  children?: ReactNode;
  /** Does it. A returned sentence is shown as the refusal and the dialog stays open; nothing returned closes it. */
  onConfirm: (reason: string) => Promise<string | undefined>;
}

const REASON_MIN = 3;

/** Asks before something that matters. No single key sends it: focus starts on the reason, or on "Leave as it is". */
export function ConfirmAction({
  open, onOpenChange, title, effect, irreversible, reason, reasonLabel = "Reason", confirmLabel, danger, why, wide, children, onConfirm,
}: ConfirmActionProps) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [pending, start] = useTransition();
  const formId = useId();
  const missing = reason === "required" && text.trim().length < REASON_MIN;

  const change = (next: boolean) => {
    if (!next) { setText(""); setAsked(false); setRefusal(null); }
    onOpenChange(next);
  };
  const confirm = () => {
    setAsked(true);
    if (missing) {
      document.querySelector<HTMLElement>(`#${CSS.escape(formId)} textarea`)?.focus();
      return;
    }
    start(async () => {
      const refused = await onConfirm(text.trim());
      if (refused === undefined) change(false);
      else setRefusal(refused);
    });
  };
  return (
    <Dialog
      open={open} onOpenChange={change} title={title} description={effect} wide={wide}
      footer={<>
        <Button onClick={() => { change(false); }}>Leave as it is</Button>
        {why !== undefined ? <Button variant="primary" why={why}>{confirmLabel}</Button> : (
          <button type="submit" form={formId} className={`btn ${danger ? "danger" : "pri"}`} aria-disabled={pending || undefined} aria-busy={pending || undefined}>
            {pending && <Icon name="loader" className="spin" />}{confirmLabel}
          </button>
        )}
      </>}
    >
      <form id={formId} className="grid gap-3" onSubmit={(event) => { event.preventDefault(); if (!pending && why === undefined) confirm(); }}>
        {children}
        {reason !== "none" && (
          <Field label={reasonLabel} required={reason === "required"} error={asked && missing ? "Say why, so that the record can be read later." : undefined}>
            <Textarea value={text} onChange={(event) => { setText(event.target.value); }} maxLength={2000} autoFocus />
          </Field>
        )}
        {irreversible !== undefined && <p className="sm row"><Icon name="triangle-alert" small />{irreversible}</p>}
        {refusal !== null && <p className="hp e" role="alert"><Icon name="circle-alert" small /> {refusal}</p>}
      </form>
    </Dialog>
  );
}
