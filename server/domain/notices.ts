import { minutes, type Instant } from "./instant";

/** What a person may be told of by mail. Each is told when it begins, never again while it lasts. */
export const noticeKinds = {
  exceptions: { title: "New exceptions", told: "One notice for each cause, however many documents it stops; again only when it comes back", noun: ["cause", "causes"] },
  holds: { title: "Holds that wait for my decision", told: "Only what I may decide, by my hold codes and limits", noun: ["hold", "holds"] },
  service_levels: { title: "Service levels broken", told: "When the first thing runs past the limit; again once it was met for half an hour", noun: ["service level", "service levels"] },
  bulk_actions: { title: "Bulk actions that stopped by themselves", told: "When too many documents of a step fail to verify; again when it was continued and stopped once more", noun: ["bulk action", "bulk actions"] },
  connectors: { title: "Connectors paused", told: "By the tower or by somebody else than me", noun: ["connector", "connectors"] },
} as const;
export type NoticeKind = keyof typeof noticeKinds;
export const noticeKindNames = Object.keys(noticeKinds) as NoticeKind[];

/** At once: within two minutes, at most one mail in five. Daily: one mail at seven in the morning where the entity is. */
export const noticeDeliveries = ["at_once", "daily"] as const;
export type NoticeDelivery = (typeof noticeDeliveries)[number];

/** One thing that a person is told, as it was when it began. `path` leads to it on our screens. */
export interface Notice { kind: NoticeKind; entity: string; title: string; detail: string; path: string; raisedAt: Instant }

export interface MailText { subject: string; sections: { heading: string; notices: Notice[]; more: number; path: string }[] }

/** So many of a kind are named in one mail; the rest is one link to their list. */
const named = 10;
const lists: Record<NoticeKind, string> = { exceptions: "/exceptions", holds: "/held", service_levels: "/service-levels", bulk_actions: "/bulk", connectors: "/connectors" };
const counted = (kind: NoticeKind, count: number): string => `${count} ${noticeKinds[kind].noun[count === 1 ? 0 : 1]}`;

/** What one mail says of these notices: most recent first, by kind. */
export function mailText(notices: readonly Notice[], delivery: NoticeDelivery): MailText {
  const kinds = noticeKindNames.map((kind) => ({ kind, of: notices.filter((one) => one.kind === kind).toSorted((a, b) => b.raisedAt.localeCompare(a.raisedAt)) })).filter(({ of }) => of.length > 0);
  const [only] = notices, entities = [...new Set(notices.map(({ entity }) => entity))].sort().join(", ");
  const what = notices.length === 1 && only ? only.title : kinds.map(({ kind, of }) => counted(kind, of.length)).join(", ");
  return {
    subject: `${delivery === "daily" ? "Daily digest, " : ""}${entities}: ${what}`.replace(/[\r\n]+/g, " ").slice(0, 150),
    sections: kinds.map(({ kind, of }) => ({ heading: noticeKinds[kind].title, notices: of.slice(0, named), more: Math.max(0, of.length - named), path: lists[kind] })),
  };
}

/** Longest wait before each further try; after the last one it is given up: about two days. */
const waits = [1, 5, 15, 60, 240, 720, 1440].map(minutes);
/** How long after this many tries the next one is due; null: none. */
export const nextMailTryMs = (tries: number): number | null => waits[tries - 1] ?? null;
