import type { CommandView } from "./commands";
import { addMs, minutes, type Instant } from "./instant";
import { referenceId, type PlanInput, type Planner, type Reference, type ReferenceKey } from "./plan";

/** A target's code for one of our words, as the cross-reference gives it; null where the mapping was taken away. */
export interface TargetCode { code: string; mappedAt: Instant }
export const codeKey = (kind: string, system: string, canonical: string): ReferenceKey => ({ topic: "code", key: `${kind}/${system}/${canonical}` });

/** What a refusal for want of a code is called, with what is missing: `MAP-03:unit/EA`. */
export const missingCode = (code: string, kind: string, canonical: string): string => `${code}:${kind}/${canonical}`;

/** The cross-reference is read anew before a command is refused, so a mapping much older than the refusal is no news to it. */
const settling = minutes(1);

function awaitedBy(view: CommandView): ReferenceKey | null {
  const [, kind, canonical] = view.state === "rejected" ? (/^MAP-\d\d:([a-z]+)\/(.+)$/.exec(view.rejection?.code ?? "") ?? []) : [];
  return kind === undefined || canonical === undefined ? null : codeKey(kind, view.connector, canonical);
}

/** The code that this refused command lacked has been mapped since: it may try again by itself. */
export function codeHasCome(reference: Reference, view: CommandView): boolean {
  const key = awaitedBy(view);
  const found = key && (reference.get(referenceId(key))?.data as TargetCode | null | undefined);
  return found != null && (view.rejection?.at === undefined || addMs(found.mappedAt, settling) >= view.rejection.at);
}

/** A planner whose subjects look at the codes that targets lacked, so that a mapping wakes them. */
export const awaitingCodes = (planner: Planner): Planner => ({
  ...planner,
  dependencies: (input) => {
    const keys = planner.dependencies(input), codes = awaitedCodes(input);
    return codes.length === 0 ? keys : [...keys, ...codes];
  },
});

const awaitedCodes = ({ commands = [] }: Partial<Pick<PlanInput, "commands">>): ReferenceKey[] => commands.flatMap((view) => awaitedBy(view) ?? []);
