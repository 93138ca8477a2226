import type { PaymentAuthorised } from "./contracts/billing";
import { latestOf, ofType, publishedOf, type Fact } from "./facts";
import { proposalSlot } from "./gate";
import { speaksAnyway } from "./order-owner";
import { emptyPlan } from "./order-to-cash/order/unseen";
import type { Plan, PlanInput, Planner, Publication } from "./plan";
import type { AuthorisationAnswer, AuthorisationNamed, AuthorisationTaken, BillingState } from "./publications";
import { hasLeft } from "./standing";

/**
 * An authorisation is told to each order that it is for, and its number is the provider's: two orders may name the same. Each tells the
 * subject of the number that it names it. That answers where it decides: whose number it is, to an order of which only its own order
 * source says so; whether nobody needs it any more, to one that would give it back; and to all that share it what the others took of it, and that one
 * of them gave it back.
 */
const named = "authorisation.named", answer = "authorisation.answer";
type Answers = ReadonlyMap<string, AuthorisationAnswer>;

const answersTo = (facts: readonly Fact[]): Answers => new Map(publishedOf<AuthorisationAnswer>(facts, answer).map(({ data }) => [data.authorisation, data]));

/** An order's planner that tells of the authorisations that it names, and gives one back only once nobody needs it. Around the one that parts what counts: who does not count yet asks. `ofRecord`: the systems of record of payments; null: the rules name none. */
export const sharesAuthorisations = (planner: Planner, ownerOf: (input: PlanInput) => string | null, ofRecord: (input: PlanInput) => ((source: string) => boolean) | null): Planner => ({
  ...planner,
  plan: (input) => {
    const plan = planner.plan(input), told = ofType(input.facts, "payment.authorised"), systems = told.length === 0 ? null : ofRecord(input);
    if (!systems) return plan;
    const owner = ownerOf(input), answers = answersTo(input.facts);
    const more = [...Map.groupBy(told, ({ document }) => document)].map(([authorisation, same]): Publication => {
      const tellers = [...Map.groupBy(same, ({ source }) => source)].flatMap(([source, facts]): AuthorisationNamed["told"] => {
        const record = systems(source) || ((owner === null || owner === source) && speaksAnyway(input.policy, source));
        return record || source === owner ? [{ source, record, heardAt: facts.map(({ recordedAt }) => recordedAt).sort()[0] ?? "" }] : [];
      });
      const idle = isIdle(input, plan, authorisation, tellers.map(({ source }) => source)), asks = idle || answers.has(authorisation) || tellers.some(({ record }) => !record);
      const taken = takenOn(input.facts, authorisation), voided = isVoided(input, authorisation);
      const data: AuthorisationNamed = { order: input.subject.key, owner, told: tellers.sort((a, b) => a.source.localeCompare(b.source)), idle, asks, ...(taken.length > 0 ? { taken } : {}), ...(voided ? { voided } : {}) };
      return { topic: named, key: input.subject.key, to: { entity: input.subject.entity, kind: "card_authorisation", key: authorisation }, data, ...(asks ? {} : { reading: "later" }) };
    });
    return { ...givesBack(input, plan, answers), publications: [...plan.publications, ...more] };
  },
});

/** What the order's billing units say that they took on it. */
const takenOn = (facts: readonly Fact[], authorisation: string): AuthorisationTaken[] =>
  publishedOf<BillingState>(facts, "billing.state").flatMap(({ data: { unit, capturedOn = [] } }) => capturedOn.flatMap((row) => (row.authorisation === authorisation ? [{ unit, amount: row.amount }] : [])));

/** What other orders did with the authorisations that an order shares with them: what they took, and whether one gave it back. */
export const doneByOthers = (facts: readonly Fact[]): ReadonlyMap<string, { taken: readonly AuthorisationTaken[]; voided: boolean }> => new Map([...answersTo(facts)].map(([authorisation, { taken = [], voided = false }]) => [authorisation, { taken, voided }]));

/** By the order's own command, which was carried out or may have been. */
const isVoided = ({ commands }: Pick<PlanInput, "commands">, authorisation: string): boolean => commands.some((view) => view.kind === "void_authorisation" && view.slot === authorisation && hasLeft(view));

/** Nothing of the order is to be captured on it any more, or can be. */
function isIdle(input: PlanInput, plan: Plan, authorisation: string, tellers: readonly string[]): boolean {
  const ended = latestOf(input.facts, "payment.authorised").some(({ source, data }) => data.authorisation === authorisation && tellers.includes(source) && data.state !== "authorised");
  return ended || plan.wanted.some(({ kind, slot }) => kind === "void_authorisation" && slot === authorisation) || isVoided(input, authorisation);
}

function givesBack({ commands }: PlanInput, plan: Plan, answers: Answers): Plan {
  const left = new Set(commands.filter((view) => view.kind === "void_authorisation" && hasLeft(view)).map(({ slot }) => slot));
  const waiting = plan.wanted.filter(({ kind, slot }) => kind === "void_authorisation" && !left.has(slot) && answers.get(slot)?.idle !== true);
  if (waiting.length === 0) return plan;
  const proposals = new Set(waiting.map(proposalSlot));
  return { ...plan, wanted: plan.wanted.filter((command) => !waiting.includes(command)), holds: plan.holds.filter(({ rule, slot }) => rule !== "MODE" || !proposals.has(slot)) };
}

/**
 * The number of an authorisation: whose orders it is for, by who has the word about authorisations (the payment provider, the order
 * system), else by who was heard first; and whether all that name it would give it back.
 */
export const cardAuthorisationPlanner: Planner = {
  dependencies: () => [],
  plan: ({ subject, facts }) => {
    const plan = emptyPlan(subject.key), all = publishedOf<AuthorisationNamed>(facts, named).map(({ data }) => data).filter(({ told }) => told.length > 0);
    const first = all.flatMap(({ order, owner, told }) => told.map((row) => ({ ...row, order, owner }))).sort((a, b) => Number(b.record) - Number(a.record) || a.heardAt.localeCompare(b.heardAt) || a.order.localeCompare(b.order))[0];
    const owner = first?.owner ?? first?.source ?? "", counting = all.filter((row) => row.told.some(({ record }) => record) || row.owner === owner);
    const idle = counting.every((row) => row.idle), isShared = (order: string) => counting.length > 1 && counting.some((row) => row.order === order);
    const doneBut = (order: string) => {
      const others = isShared(order) ? counting.filter((row) => row.order !== order) : [], taken = others.flatMap((row) => row.taken ?? []);
      return { ...(taken.length > 0 ? { taken } : {}), ...(others.some((row) => row.voided) ? { voided: true as const } : {}) };
    };
    return {
      ...plan, summary: { ...plan.summary, complete: true },
      publications: all.filter(({ order, asks }) => asks || isShared(order)).map(({ order }) => ({ topic: answer, key: subject.key, to: { entity: subject.entity, kind: "order", key: order }, data: { authorisation: subject.key, owner, idle, ...doneBut(order) } satisfies AuthorisationAnswer })),
    };
  },
};

/** Whose number it is that an order source alone says is its order's: its own (null), another's, or not known yet. */
export function anothersNumber(facts: readonly Fact[], { data }: Fact, owner: string): string | null | undefined {
  const known = answersTo(facts).get((data as PaymentAuthorised).authorisation);
  return known === undefined ? undefined : known.owner === owner ? null : known.owner;
}
