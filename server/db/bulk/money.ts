import type pg from "pg";
import { secondPersonWhy, type EntityMoney } from "@/server/domain/bulk";
import { dec } from "@/server/domain/decimal";
import { policyInForce } from "../policies";

/** What is at stake in the documents that wait, by entity and currency. */
const atStake = async (client: pg.PoolClient, id: string): Promise<EntityMoney[]> =>
  (await client.query<EntityMoney>("select entity, currency, sum(abs(amount))::text as amount from bulk_action_item where action_id = $1 and state = 'waiting' and amount is not null and currency is not null group by 1, 2 order by 1, 2", [id])).rows;

/** Why one person is not enough for this money, by the limits in force. */
async function secondWhyOf(client: pg.PoolClient, money: readonly EntityMoney[]): Promise<string | null> {
  const limits = new Map<string, string>();
  for (const entity of new Set(money.map((row) => row.entity))) limits.set(entity, (await policyInForce(client, entity)).invoiceTwoApprovalsAbove);
  return secondPersonWhy(money, limits);
}

/** Why a second person must confirm what was just frozen. */
export const secondWhyAtFreeze = async (client: pg.PoolClient, id: string): Promise<string | null> => secondWhyOf(client, await atStake(client, id));

/** As its exceptions say now. What ended meanwhile keeps what it had: nothing is done to it. */
const refresh = (client: pg.PoolClient, id: string) => client.query(
  `update bulk_action_item i set amount = n.amount, currency = n.currency
   from (select j.position, max(e.amount) as amount, (array_agg(e.currency order by e.amount desc, e.id))[1] as currency
         from bulk_action_item j join exception_item e on e.id = any(j.exceptions) and e.state = 'open' where j.action_id = $1 and j.state = 'waiting' group by j.position) n
   where i.action_id = $1 and i.position = n.position and (i.amount, i.currency) is distinct from (n.amount, n.currency)`, [id]);

/** Takes the money of this moment for that of the freeze. Answers why one person is not enough for it, and the same where it grew. */
export async function secondWhyNow(client: pg.PoolClient, id: string): Promise<{ why: string | null; grewWhy: string | null }> {
  const before = new Map((await atStake(client, id)).map(({ entity, currency, amount }) => [`${entity} ${currency}`, amount]));
  await refresh(client, id);
  const money = await atStake(client, id), why = await secondWhyOf(client, money);
  await client.query("update bulk_action set second_why = $2 where id = $1", [id, why]);
  return { why, grewWhy: await secondWhyOf(client, money.filter(({ entity, currency, amount }) => dec(amount).gt(dec(before.get(`${entity} ${currency}`) ?? "0")))) };
}
