import { epochMs } from "@/server/domain/instant";
import { conformsWhenPolled, mark } from "../contract/testing/conforms-when-polled";
import { sandboxWms } from ".";
import recorded from "./fixtures/messages.json";

const states = ["NEW", "PICKING", "PICKED", "PACKED", "CLOSED"], perPage = 200;
/** As API.md says that StackRight lists: events by number; stock and SKUs in numbered pages by place and code, `changedAfter` without the moment itself. */
conformsWhenPolled("StackRight WMS", { connector: sandboxWms, settings: { username: "tower-user", defaultSite: "W01", defaultCarrier: "PWGR" }, secrets: { password: "wms-very-secret-1" }, codes: {} }, {
  events: {
    lists: "sequence", page: 3, settings: { eventsPerRead: 3 },
    vendor: (source) => ({ path }) => {
      const { pathname, searchParams: query } = new URL(path, "http://vendor"), row = source.rows.find(({ id }) => `/rest/pickrequests/${id}` === pathname);
      if (row) return { body: { ...recorded.pickrequest.document, pickRequestId: String(row.id), version: row.revision, status: states[row.revision - 1] ?? "CLOSED", changedTime: epochMs(row.at), note: mark(row) } };
      const rest = source.log.filter(({ seq }) => seq > Number(query.get("after"))), found = rest.slice(0, Number(query.get("max")));
      return { body: { events: found.map(({ seq, id }) => ({ seqNo: seq, eventType: "PICK", docType: "PICKREQUEST", docId: String(id) })), lastSeq: source.log.length, more: rest.length > found.length } };
    },
  },
  skus: {
    lists: "whole", page: perPage, few: true,
    vendor: (source) => ({ path }) => {
      const query = new URL(path, "http://vendor").searchParams, page = Number(query.get("page")), size = Number(query.get("size")), all = source.rows;
      return { body: { skus: all.slice((page - 1) * size, page * size).map((row) => ({ sku: `SR${row.id}`, text: mark(row), stockUom: "EA", active: true })), page, pages: Math.max(1, Math.ceil(all.length / size)) } };
    },
  },
  inventory: {
    lists: "changes", page: perPage, few: true,
    vendor: (source) => ({ path }) => {
      const query = new URL(path, "http://vendor").searchParams, page = Number(query.get("page")), size = Number(query.get("size")), all = source.rows.filter(({ at }) => epochMs(at) > Number(query.get("changedAfter")));
      return { body: { inventory: all.slice((page - 1) * size, page * size).map((row) => ({ site: "W01", sku: `SR${row.id}`, onHand: row.revision, allocated: 0, version: row.revision, changedTime: epochMs(row.at), note: mark(row) })), page, pages: Math.max(1, Math.ceil(all.length / size)), total: all.length } };
    },
  },
});
