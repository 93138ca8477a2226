"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { isPeriod, longestPeriod } from "@/server/domain/figures/time";
import { presets, reportHref, type DayRange, type ReportSearch } from "./search";

/** Which days: the last ones with today, or any two. The address says it. */
export function PeriodChoice({ search, shown }: { search: ReportSearch; shown: DayRange }) {
  const router = useRouter();
  const [range, setRange] = useState(shown);
  const why = isPeriod(range) ? undefined : range.from > range.to ? "The first day is after the last" : `1 to ${longestPeriod} days`;
  return (
    <>
      <Segmented label="Period" value={"days" in search ? String(search.days) : ""} options={presets.map(({ days, label }) => ({ value: String(days), label, href: reportHref({ days }) }))} />
      <form className="row" onSubmit={(event) => { event.preventDefault(); if (why === undefined) router.push(reportHref(range), { scroll: false }); }}>
        <Input type="date" aria-label="From" value={range.from} onChange={(event) => { setRange({ ...range, from: event.target.value }); }} />
        <Input type="date" aria-label="To" value={range.to} onChange={(event) => { setRange({ ...range, to: event.target.value }); }} />
        <Button type="submit" size="xs" why={why}>Show</Button>
      </form>
    </>
  );
}
