import { Money } from "@/components/ui/money";
import { StatusMark, type CommandMark } from "@/components/ui/status-mark";
import type { OrderDetail } from "@/server/api/shapes";

type Command = OrderDetail["commands"][number];
const mark = (command: Command): CommandMark => (command.verifiedAt ? "verified" : command.state === "confirmed" ? "accepted" : command.state === "wanted" ? "waiting" : (command.state as CommandMark));
const verb = (kind: string): string => { const text = kind.replaceAll("_", " "); return text.charAt(0).toUpperCase() + text.slice(1); };

/** What must be true elsewhere beside what the target confirmed; only what was read back looks like proof. */
export function Wanted({ commands }: { commands: readonly Command[] }) {
  if (commands.length === 0) return <p className="sm m2">Nothing is wanted of any system yet.</p>;
  return (
    <div className="scrollx" tabIndex={0} role="group" aria-label="Wanted and confirmed, scrolls sideways">
      <table className="tb flush">
        <thead><tr><th>Wanted</th><th className="from-phone">For</th><th className="r">Amount</th><th className="from-phone">Reference at the target</th><th className="r">State</th></tr></thead>
        <tbody>
          {commands.map((command) => (
            <tr key={command.naturalKey} title={command.naturalKey}>
              <td>{verb(command.kind)} <span className="m3">{command.connector}</span></td>
              <td className="id from-phone wrapc">{(command.subjectKind === "order" ? command.slot : command.subjectNumber) || <span className="m3">–</span>}</td>
              <td className="r">{command.amount && command.currency ? <Money amount={command.amount} currency={command.currency} /> : <span className="m3">–</span>}</td>
              <td className="id from-phone wrapc">{command.reference ?? <span className="m3">–</span>}</td>
              <td className="r"><StatusMark state={mark(command)} small />{command.rejection && <><br /><span className="sm m2">{command.rejection}</span></>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
