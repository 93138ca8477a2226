"use client";
import { useClock } from "./clock";
import { absoluteText, dayClockText } from "./duration-text";
import { saidParts } from "./said-parts";

/** A sentence of the tower or of a connected system, as people read it: instants as their own clock's time with the whole on hover, names without underscores. */
export function Said({ children }: { children: string }) {
  const { now, timeZone } = useClock();
  return saidParts(children).map((part, index) => (part.kind === "text" ? part.text : <time key={index} className="n" dateTime={part.text} title={absoluteText(part.text, timeZone)} suppressHydrationWarning>{dayClockText(part.text, timeZone, now)}</time>));
}
