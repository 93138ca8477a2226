"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { ConfirmAction } from "@/components/ui/confirm-action";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { LiveIndicator } from "@/components/ui/live-indicator";
import { Menu, MenuItem } from "@/components/ui/menu";
import { Popover } from "@/components/ui/popover";
import { Region } from "@/components/ui/region";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { Switch } from "@/components/ui/switch";
import { Tabs } from "@/components/ui/tabs";
import { notify } from "@/components/ui/toast";
import { Tooltip } from "@/components/ui/tooltip";

const sorts = [{ value: "money", label: "Money" }, { value: "age", label: "Age" }, { value: "due", label: "Due" }];

export function GalleryControls() {
  const [asking, setAsking] = useState(false);
  const [sort, setSort] = useState("money");
  const [on, setOn] = useState(true);
  return (
    <>
      <div className="bar rule">
        <Tabs label="Samples" current="open" tabs={[{ key: "open", label: "Open", href: "/gallery", count: 15 }, { key: "retry", label: "In retry", href: "/gallery?tab=retry", count: 4 }, { key: "done", label: "Resolved", href: "/gallery?tab=done", count: 41 }]} />
      </div>
      <Region title="Buttons and controls">
        <div className="grid gap-4">
          <div className="row wrap">
            <Button variant="primary" onClick={() => { setAsking(true); }}>Approve $48,309.81</Button>
            <Button icon="refresh" kbd="R">Restart</Button>
            <Button variant="danger" icon="circle-x">Reject</Button>
            <Button variant="ghost" icon="download">CSV</Button>
            <Button size="xs" icon="columns">Arrange</Button>
            <Button icon="message" label="Note" />
            <Button pending>Sending</Button>
            <Button icon="shuffle" why="Needs “route finance”. Ask Finance lead.">Reroute</Button>
            <Button icon="repeat" why="Would be refused again: same document." whyIcon="ban" whyBelow>Retry</Button>
          </div>
          <div className="row wrap">
            <Segmented label="Sort by" options={sorts} value={sort} onChange={setSort} />
            <Checkbox defaultChecked aria-label="Ticked sample" /><Checkbox aria-label="Not ticked sample" /><Checkbox indeterminate aria-label="Half ticked sample" /><Checkbox disabled>May not</Checkbox>
            <Switch label="Send invoices" checked={on} onChange={setOn} /><Switch label="Send customers" checked={!on} onChange={(next) => { setOn(!next); }} />
            <Menu trigger={<Button icon="moon">Snooze</Button>}><MenuItem icon="timer">Until 17:00</MenuItem><MenuItem icon="hand" why="finance: 3 days at most">For ever</MenuItem></Menu>
            <Popover label="Filter by kind" trigger={<Button icon="funnel">Kind: all</Button>}><Checkbox>Technical</Checkbox></Popover>
            <Tooltip text="A word more about it"><Button variant="ghost" icon="info" label="About" /></Tooltip>
            <Button variant="ghost" onClick={() => { notify("37 orders restarted as J-2291"); }}>Toast</Button>
          </div>
          <div className="grid grid-cols-1 phone:grid-cols-3 gap-4">
            <Field label="Service address" hint="Allowed by the outbound list"><Input mono defaultValue="https://api.example.com/v2.0" data-filter /></Field>
            <Field label="Calls per minute" error="Above the environment’s 600. Lower it or ask for more."><Input defaultValue="640" unit="of 600" inputMode="numeric" /></Field>
            <Field label="Look up before a second try" hint="Fixed: a posting is never sent blindly twice"><Input readOnly defaultValue="By external document number" /></Field>
            <Field label="Environment" required><Select options={[{ value: "p", label: "Production" }, { value: "s", label: "Sandbox" }]} /></Field>
            <Field label="Time-out"><Input defaultValue="20" unit="s" /></Field>
          </div>
          <div className="row wrap">
            <LiveIndicator status={{ state: "live", changedAt: "2026-07-16T19:31:56Z" }} />
            <LiveIndicator status={{ state: "connecting" }} />
            <LiveIndicator status={{ state: "stale", asOf: "2026-07-16T19:28:00Z", retryAt: "2026-07-16T19:32:08Z" }} />
            <LiveIndicator status={{ state: "paused", since: "2026-07-16T19:30:00Z", waiting: 3 }} />
          </div>
        </div>
      </Region>
      <ConfirmAction
        open={asking} onOpenChange={setAsking} title="Approve HLD-5521" effect="Posts one invoice to Business Central within a minute." irreversible="It can be credited, not undone."
        reason="required" confirmLabel="Approve $48,309.81" onConfirm={() => Promise.resolve("Sample: nothing was approved.")}
      />
    </>
  );
}
