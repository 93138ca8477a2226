/** How much later than now is planned what need not be acted on at once, in milliseconds. */
export interface Patience { soon: number; later: number }

/** As the stores of the product have it. */
export const asStored: Patience = { soon: 250, later: 5_000 };
/** Where the clock stands until it is told. */
export const none: Patience = { soon: 0, later: 0 };
