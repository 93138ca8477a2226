import type pg from "pg";
import type { Desk } from "@/server/api/desk";
import { createPolicies } from "../policies";
import { addConnector, pauseConnector, pauseKind, saveConnectorSettings, saveServiceLevel, type SettingsCheck } from "./administration";
import { reroute, resolve, restart, retry } from "./exceptions";
import { decideHold } from "./holds";
import { mapCode, stateUnit } from "./mapping";
import { assign, note, snooze } from "./queue";
import { removeView, saveView } from "./views";

export const createDesk = (pool: pg.Pool, sealingKey: Buffer, settings: SettingsCheck, policies = createPolicies(pool)): Desk => ({
  decideHold: decideHold(pool, policies), retry: retry(pool), restart: restart(pool), reroute: reroute(pool), resolve: resolve(pool), assign: assign(pool), snooze: snooze(pool), note: note(pool),
  mapCode: mapCode(pool, policies), stateUnit: stateUnit(pool, policies), pauseConnector: pauseConnector(pool), pauseKind: pauseKind(pool), saveConnectorSettings: saveConnectorSettings(pool, sealingKey, settings), saveServiceLevel: saveServiceLevel(pool),
  addConnector: addConnector(pool, sealingKey, settings), saveView: saveView(pool), removeView: removeView(pool),
});
