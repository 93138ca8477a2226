import { system } from "../tower";

const faults = async (method: "POST" | "DELETE", rule: object | null = null): Promise<void> => {
  const answer = await fetch(`${system("wms").url}/_faults`, { method, ...(rule === null ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(rule) }) });
  if (!answer.ok) throw new Error(`the warehouse took no fault: ${answer.status} ${await answer.text()}`);
};

/** The warehouse tells that goods left, but answers nobody who asks what: its feed stands still. That they exist it lists as ever. */
export const shipmentsAreUnreadable = (): Promise<void> => faults("POST", { kind: "error", match: { method: "GET", path: "/shipments/" }, probability: 1 });
export const shipmentsAreReadable = (): Promise<void> => faults("DELETE");

interface Shipment { shipmentId: string; lines: { salesOrderNo: string }[] }
/** The shipment of an order as the warehouse itself has it, by its own inner door; undefined while nothing left. */
export async function shipmentInTheWarehouse(order: string): Promise<string | undefined> {
  const { documents } = (await (await fetch(`${system("wms").url}/_documents?type=shipments`)).json()) as { documents: { shipments?: Shipment[] } };
  return documents.shipments?.find(({ lines }) => lines.some(({ salesOrderNo }) => salesOrderNo === order))?.shipmentId;
}
