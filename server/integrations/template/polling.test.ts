import { conformsWhenPolled, mark } from "../contract/testing/conforms-when-polled";
import { template } from ".";
import messages from "./fixtures/messages.json";

const { order } = messages.order.data;
/** As the vendor's pages say that it lists: oldest change first, the next page named by the last row of this one. */
conformsWhenPolled("Template", { connector: template, settings: {}, secrets: { apiKey: "key_very-secret-1", webhookSecret: "whs_very-secret-2" }, codes: {} }, {
  orders: {
    lists: "changes", page: 3, settings: { pageSize: 3 },
    vendor: (source) => ({ path }) => {
      const query = new URL(path, "http://vendor").searchParams, behind = query.get("next"), place = ({ at, id }: { at: string; id: number }): string => `${at}/${String(id).padStart(9, "0")}`;
      const rest = source.since(query.get("updated_since")).filter((row) => behind === null || place(row) > behind), rows = rest.slice(0, Number(query.get("limit"))), last = rows.at(-1);
      return { body: { orders: rows.map((row) => ({ ...order, number: `A-${row.id}`, revision: row.revision, updated_at: row.at, customer: mark(row) })), next: last && rest.length > rows.length ? place(last) : null } };
    },
  },
});
