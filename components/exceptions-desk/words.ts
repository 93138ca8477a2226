import type { resolutionCodes } from "@/server/domain/exceptions";

export const resolutionWords: Record<(typeof resolutionCodes)[number], string> = {
  fixed_and_verified: "Fixed and verified", fixed_at_source: "Fixed at the source", mapped: "Mapped", posted_by_hand: "Posted by hand (needs the number)", duplicate_of: "Duplicate",
  accepted_difference: "Difference accepted (finance)", cancelled_by_customer: "Cancelled by the customer", credited: "Credited (finance)", written_off: "Written off (finance)", not_a_problem: "Not a problem", closed_by_evidence: "Closed by evidence",
};
/** How long a cause may sleep: hours and their words. Finance at most 3 days. */
export const snoozes = [["4", "4 hours"], ["24", "1 day"], ["72", "3 days"]] as const;
/** How far a fetched document is: it counts when it is held. */
export const fetchWords = { verified: "Held", accepted: "Taken in", rejected: "Not given", waiting: "Asked for" } as const;
/** What a strip of a fix is called. */
export const fixWords: Record<string, string> = { fetch: "Fetched", retry: "Retry", restart: "Restart", reroute: "Reroute", send_again: "Sent again", record: "Recorded by hand", confirm_absent: "Absence confirmed", adopt: "Adopted", decline: "Declined", accept_difference: "Difference accepted", match: "Matched", on_account: "Placed on account", refund: "Refund", accept_quantity: "Return accepted", reduce: "Credit reduced", take_source: "Source chosen", accept_advance: "Advance billing accepted", close_return: "Return closed", take_pack: "New pack taken", keep_pack: "Old pack kept" };
