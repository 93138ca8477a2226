import { ok, type Result } from "@/server/domain/result";
import type { AnyConnector } from "./contract/connector";
import { cloudEvents } from "./cloud-events";
import { medusa } from "./medusa";
import { nats } from "./nats";
import { northwindEvents, type ImportedEvent } from "./northwind/to-events";
import { readNorthwind } from "./northwind/read-folder";
import { rabbitmq } from "./rabbitmq";
import { sandboxCarrier } from "./sandbox-carrier";
import { sandboxCrm } from "./sandbox-crm";
import { sandboxErp } from "./sandbox-erp";
import { sandboxPayments } from "./sandbox-payments";
import { sandboxShop } from "./sandbox-shop";
import { sandboxTax } from "./sandbox-tax";
import { sandboxWms } from "./sandbox-wms";
import { sftpDrop } from "./sftp-drop";
import { smtp } from "./smtp";
import { tryton } from "./tryton";
import { vendure } from "./vendure";

/** Every connector that is shipped, by type. Adding one touches its folder and this list. */
export const connectorTypes: ReadonlyMap<string, AnyConnector> = new Map(
  [cloudEvents as unknown as AnyConnector, sandboxShop, sandboxWms, sandboxCarrier, sandboxTax, sandboxPayments, sandboxCrm, sandboxErp, nats, rabbitmq, sftpDrop, smtp, tryton, vendure, medusa].map((connector) => [connector.type, connector]),
);

/** Historic data that can be taken in by a folder, as events of the front door. */
export const fileImports = {
  northwind: (folder: string, source: string): Result<ImportedEvent[]> => { const read = readNorthwind(folder); return read.ok ? ok(northwindEvents(read.value, source)) : read; },
};
