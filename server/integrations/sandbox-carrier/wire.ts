import { z } from "zod";

/** Parcelway's shapes (API.md). `shipperReference` is the warehouse's number of the shipment. */
const moment = z.iso.datetime({ offset: true });
const scan = { eventId: z.string().min(1), sequence: z.number().int().min(1), code: z.string(), text: z.string().nullish(), at: moment };
export const notice = z.looseObject({ ...scan, trackingNumber: z.string().min(1), shipperReference: z.string().min(1), receivedBy: z.string().nullish() });
export type Notice = z.infer<typeof notice>;
export const tracking = z.looseObject({ trackingNumber: z.string().min(1), shipperReference: z.string().min(1), updatedAt: moment, estimatedDelivery: z.iso.date().nullish(), receivedBy: z.string().nullish(), events: z.array(z.looseObject(scan)).default([]) });
export type Tracking = z.infer<typeof tracking>;
export const trackings = z.array(tracking);
