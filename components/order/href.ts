/** Where an order is shown. Two legal entities may both have its number: `entity` says whose is meant. */
export const orderPath = (number: string, entity: string): string => `/orders/${encodeURIComponent(number)}?entity=${encodeURIComponent(entity)}`;
