import { commandKinds } from "../commands";
import { modeFor } from "../policy";
import { channelOf } from "../stock/counts";
import { readPosition } from "../stock";
import { isReadBack, nextStatement } from "../stock/statement";
import { remedy, says, type Remedies } from "./remedy";

/** STK-02: the warehouse's count takes the place of the channel's. It ends when the channel itself says the same. */
export const writeStockBack: Remedies = (input) => {
  const position = readPosition(input), word = position?.keeper.at(-1), count = position?.own.at(-1);
  if (!position?.channel || !word || !count || position.since === null) return [];
  const { item, warehouse, channel, standing, last } = position, { key } = nextStatement(input, channel), { capability, document } = commandKinds.update_stock;
  const mode = channel === channelOf(input.policy) ? modeFor(input.policy, capability, document, input.now) : "observe";
  return [remedy({
    verb: "write_back", target: channel, title: `Write ${standing.target.toFixed()} back to ${channel}`, effect: `${channel} may sell ${standing.target.toFixed()} of ${item} out of ${warehouse} instead of ${count.free.toFixed()}. It ends when ${channel} itself says so.`,
    evidence: { item, warehouse, [word.source]: word.free.toFixed(), [channel]: count.free.toFixed(), underway: standing.underway.toFixed(), difference: standing.difference.toFixed() }, permission: "decision.operations", resolution: "fixed_and_verified",
    why: mode === "observe" ? `No route lets stock be written to ${channel}: it is only compared` : mode === "propose" ? "It waits under Held: release it there" : !isReadBack(last, count.heardAt) ? "It was written and is not read back yet" : standing.isNews && standing.state !== "in_step" ? "It is being written: the warehouse has spoken since" : null,
    say: () => says({ type: "command.decided", naturalKey: key, verdict: "restart" }),
  })];
};
