import type { Lane } from "./commands";
import { budgetOf, keptCalls, lanes, type ResiliencePolicy } from "./resilience";

/** What travels in a lane, as people call it. */
export const laneNames: Record<Lane, string> = { finance: "Postings", operations: "Operations", inquiry: "Reading", bulk: "Bulk" };

const count = (number: number, one: string, many = `${one}s`): string => `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
/** `90 s`, `5 min`, `24 h`, `30 days`: the largest unit that it is whole in. */
export function span(seconds: number): string {
  const [size, unit] = ([[86_400, "days"], [3_600, "h"], [60, "min"]] as const).find(([each]) => seconds >= each && seconds % each === 0 && !(each === 86_400 && seconds === each)) ?? [1, "s"];
  return `${(seconds / size).toLocaleString("en-US")} ${unit}`;
}

/** What one lane may take, how often it tries, and when it gives up. */
function laneSentence(lane: Lane, policy: ResiliencePolicy): string {
  const { share, attempts, ageHours, firstWaitSeconds, lastWaitSeconds } = policy.lanes[lane], { atOnce } = budgetOf(lane, policy);
  if (lane === "inquiry") return `Look-ups and read-backs may use ${Math.round(share * 100)} % of the calls that are kept, so that others are not delayed; when they ask again is a rule of their own.`;
  const takes = share === 1 ? `May use all ${count(policy.concurrency, "call")} at once` : `May use ${atOnce} of ${count(policy.concurrency, "call")} at once and ${Math.round(share * 100)} % of those kept, so that others are not delayed`;
  const tries = attempts === 1 ? "It is tried once and then given up" : `What fails is tried up to ${count(attempts, "time")} within ${span(ageHours * 3_600)}, after waits that are random up to ${span(firstWaitSeconds)} and double to ${span(lastWaitSeconds)}`;
  return `${takes}. ${tries}.`;
}

const budgetSentence = (policy: ResiliencePolicy): string =>
  `All workers together make at most ${count(policy.concurrency, "call")} at once and ${count(policy.perMinute, "call")} a minute; ${count(Math.floor(keptCalls(policy.perMinute)), "unused one is", "unused ones are")} kept. Where it says when to come again (429 or Retry-After), nobody calls before.`;

function breakerSentence({ breaker: { inARow, failedShare, minimumCalls, windowSeconds, firstProbeSeconds, lastProbeSeconds } }: ResiliencePolicy): string {
  return `It opens after ${count(inARow, "technical failure")} in a row, or when ${Math.round(failedShare * 100)} % of at least ${count(minimumCalls, "call")} within ${span(windowSeconds)} failed; then one call tries it after ${span(firstProbeSeconds)}, later after up to ${span(lastProbeSeconds)}, and one answer closes it. A refusal is an answer.`;
}

/** The whole policy, a line each. */
export const policySentences = (policy: ResiliencePolicy): { name: string; says: string }[] => [
  { name: "Budget", says: budgetSentence(policy) }, ...lanes.map((lane) => ({ name: laneNames[lane], says: laneSentence(lane, policy) })), { name: "Breaker", says: breakerSentence(policy) },
];
