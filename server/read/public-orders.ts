import { z } from "zod";

/** An order as others see it. Amounts are decimal text; times are UTC. */
export const orderView = z.object({
  number: z.string(), entity: z.string(), customer: z.string().nullable(), customerName: z.string().nullable(), channel: z.string().nullable(),
  currency: z.string().nullable(), placedAt: z.iso.datetime().nullable(), stage: z.string().nullable(), stageSince: z.iso.datetime().nullable(),
  tracks: z.record(z.string(), z.string()), facets: z.array(z.string()), amounts: z.record(z.string(), z.string()), complete: z.boolean(),
  whyNotPosted: z.string().nullable(), updatedAt: z.iso.datetime(),
  identifiers: z.array(z.object({ kind: z.string(), value: z.string() })),
});
export type OrderView = z.infer<typeof orderView>;

/** Over `order_feed f join subject s`. */
export const publicOrderColumns = `coalesce(s.number, s.key) as number, s.entity, s.customer, s.customer_name as "customerName", s.channel, s.currency, s.placed_at as "placedAt", s.stage,
  s.stage_since as "stageSince", coalesce(s.tracks, '{}') as tracks, s.facets, coalesce(s.amounts, '{}') as amounts, s.complete, s.sentence as "whyNotPosted", f.changed_at as "updatedAt",
  coalesce((select json_agg(json_build_object('kind', i.kind, 'value', i.value) order by i.kind, i.value) from subject_identifier i where i.subject_id = s.id), '[]') as identifiers`;
