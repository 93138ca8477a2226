import { conformsWhenPolled, mark } from "../contract/testing/conforms-when-polled";
import { sandboxCarrier } from ".";
import recorded from "./fixtures/messages.json";

/** As API.md says that Parcelway lists: by last change, in numbered pages, each a bare list. */
conformsWhenPolled("Parcelway", { connector: sandboxCarrier, settings: { keyId: "pwk_1" }, secrets: { signingSecret: "pw-very-secret-1", webhookSecret: "pw-very-secret-2" }, codes: {} }, {
  trackings: {
    lists: "changes", page: 3, settings: { pageSize: 3 },
    vendor: (source) => ({ path }) => {
      const query = new URL(path, "http://vendor").searchParams, size = Number(query.get("perPage")), first = (Number(query.get("page")) - 1) * size;
      return { body: source.since(query.get("updatedSince")).slice(first, first + size).map((row) => ({ ...recorded.parcel, trackingNumber: `PW${row.id}`, shipperReference: `SHP${row.id}`, updatedAt: row.at, estimatedDelivery: `2026-12-${String(row.revision).padStart(2, "0")}`, note: mark(row) })) };
    },
  },
});
