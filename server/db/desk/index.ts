import type pg from "pg";
import type { ConnectorTypes } from "@/server/api/connectors";
import type { Desk } from "@/server/api/desk";
import { mayDo } from "@/server/domain/rights";
import { revokeKey } from "../keys";
import { createPolicies } from "../policies";
import { addConnector, pauseConnector, pauseKind, saveConnectorSettings, saveServiceLevel } from "./administration";
import { decideAdoptions } from "./adoption";
import { saveConnectorPolicy } from "./connector-policy";
import { fetchNow } from "./completeness";
import { resolve, restart, retry } from "./exceptions";
import { decideHold, placeHold } from "./holds";
import { mapCode, stateUnit, unmapCode } from "./mapping";
import { acceptPairs, checkMappings, importMappings } from "./mapping-import";
import { decideEdit, editMessage } from "./message-edits";
import { assign, note, snooze } from "./queue";
import { decideRemedy, remedies } from "./remedies";
import { reroute } from "./reroute";
import { confirmService } from "./services";
import { removeView, saveView } from "./views";

export const createDesk = (pool: pg.Pool, sealingKey: Buffer, types: ConnectorTypes, policies = createPolicies(pool)): Desk => ({
  decideHold: decideHold(pool, policies), placeHold: placeHold(pool, policies), confirmService: confirmService(pool, policies), decideAdoptions: decideAdoptions(pool, policies), remedies: remedies(pool, policies), remedy: decideRemedy(pool, policies),
  retry: retry(pool), restart: restart(pool), reroute: reroute(pool, types), fetchNow: fetchNow(pool), resolve: resolve(pool, policies), assign: assign(pool), snooze: snooze(pool), note: note(pool),
  editMessage: editMessage(pool), decideEdit: decideEdit(pool),
  mapCode: mapCode(pool, policies), unmapCode: unmapCode(pool, policies), checkMappings: checkMappings(pool), importMappings: importMappings(pool, policies), acceptPairs: acceptPairs(pool, policies),
  stateUnit: stateUnit(pool, policies), pauseConnector: pauseConnector(pool), pauseKind: pauseKind(pool), saveConnectorSettings: saveConnectorSettings(pool, sealingKey, types), saveServiceLevel: saveServiceLevel(pool), saveConnectorPolicy: saveConnectorPolicy(pool),
  addConnector: addConnector(pool, sealingKey, types), revokeKey: (person, id, reason) => revokeKey(pool, { id, actor: person.id, reason, may: (entity) => mayDo(person.grants, "connector.manage", entity) }),
  saveView: saveView(pool), removeView: removeView(pool),
});
