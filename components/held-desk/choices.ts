/** What may follow a yes, where the hold leaves a choice. */
export const consequences: Record<string, readonly { value: string; label: string }[]> = {
  OVER_SHIPMENT: [{ value: "bill", label: "Bill the excess" }, { value: "absorb", label: "Absorb it: free of charge" }, { value: "take_back", label: "Take it back" }],
};
/** What may follow a no. */
export const rejections = [{ value: "return_to_source", label: "Return to its source" }, { value: "cancel", label: "Cancel it" }, { value: "reprice", label: "Ask for a new price" }];
