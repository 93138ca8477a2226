import { Chip, type ChipKind } from "@/components/ui/chip";
import type { IconName } from "@/components/ui/icon";

interface Mark { kind: ChipKind; icon: IconName; word: string }
const documentMarks: Readonly<Record<string, Mark>> = {
  held: { kind: "ok", icon: "check", word: "Held" }, late: { kind: "soon", icon: "hourglass", word: "Late" }, missing: { kind: "drift", icon: "file-x", word: "Missing" },
  excluded: { kind: "off", icon: "ban", word: "Excluded" }, excused: { kind: "off", icon: "user", word: "Excused" },
};
const successorMarks: Readonly<Record<string, Mark>> = {
  confirmed: { kind: "ok", icon: "check-check", word: "Confirmed" }, in_flight: { kind: "line", icon: "send", word: "In flight" }, exception: { kind: "biz", icon: "circle-alert", word: "Exception" },
  held: { kind: "hold", icon: "hand", word: "On hold" }, waiting: { kind: "plain", icon: "hourglass", word: "Waiting" },
};
const totalMarks: Readonly<Record<string, Mark>> = {
  agreed: { kind: "ok", icon: "check", word: "Agrees" }, awaited: { kind: "line", icon: "hourglass", word: "Awaited" }, late: { kind: "soon", icon: "hourglass", word: "Late" },
  differs: { kind: "drift", icon: "file-x", word: "Differs" }, silent: { kind: "drift", icon: "file-x", word: "Not stated" }, excused: { kind: "off", icon: "user", word: "Excused" },
};
const marked = (marks: Readonly<Record<string, Mark>>, state: string | null) => {
  const mark = state === null ? undefined : marks[state];
  return mark ? <Chip kind={mark.kind} icon={mark.icon} small>{mark.word}</Chip> : <span className="m3">–</span>;
};

/** How a document that its source says exists stands here. */
export const DocumentMark = ({ state }: { state: string }) => marked(documentMarks, state);
/** How a control total stands beside what is held. */
export const TotalMark = ({ state }: { state: string }) => marked(totalMarks, state);
/** How far the next system is with it. */
export const SuccessorMark = ({ state }: { state: string | null }) => marked(successorMarks, state);
