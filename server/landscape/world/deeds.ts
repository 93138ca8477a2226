import type { ScriptLine, Step } from '../generator/story';
import { warehouses } from '../master-data-tables';
import type { World } from './world';

/** Does one step of a story, at the door of the system that the person in it uses. */
export async function performStep(world: World, step: Step, taskId: string, script: ScriptLine | null, returnId: string | null): Promise<void> {
  if (script === null) return;
  const actionId = `world:${taskId}`;
  const { orderId } = script;
  const { action } = step;
  switch (action.kind) {
    case 'edit_order':
      await world.doors.control('shop', 'edit-order', { actionId, orderId, edit: action.edit });
      return;
    case 'request_cancel':
      await world.doors.control('shop', 'request-cancel', { actionId, orderId, lines: action.lines, reason: action.reason });
      return;
    case 'request_return':
      await world.doors.control('shop', 'request-return', { actionId, orderId, lines: action.lines, reason: action.reason });
      return;
    case 'raise_credit_limit':
      await world.doors.control('erp', 'set-customer', { actionId, no: action.customerNo, fields: { CreditLimit: action.limit } });
      return;
    case 'send_goods_back': {
      const rmaNo = world.returns.get(returnId ?? '')?.rma ?? '';
      const site = warehouses.find(([, shop]) => shop === script.site)?.[2] ?? 'W01';
      const lines = action.lines.map((line) => ({ lineRef: line.lineId, sku: line.sku, uom: 'EA', qty: line.quantity, disposition: null, lotNo: null, serials: [] }));
      await world.doors.control('wms', 'return-arrives', { actionId, receipt: { rmaNo, salesOrderNo: script.orderNumber, site, lines } });
    }
  }
}
