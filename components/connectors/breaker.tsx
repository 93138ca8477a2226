import { BreakerChart } from "@/components/charts/breaker-chart";
import { Clock, Moment } from "@/components/ui/age";
import { Region } from "@/components/ui/region";
import type { ConnectorView } from "@/server/api/shapes";
import { breakerOpensAfter, probeWaitMs } from "@/server/domain/breaker";

const seconds = (failures: number): string => `${probeWaitMs(failures) / 1000} s`;

/** The breaker as it stands: what opens it, why it is open, when it is tried again, and what closes it. */
export function Breaker({ connector: { breaker, failures, breakerReason, openedAt, probeAt } }: { connector: ConnectorView }) {
  const sub = breaker === "closed" ? (failures === 0 ? "closed, no failure" : `closed, ${failures} of ${breakerOpensAfter} failures in a row`) : openedAt === null ? "opened" : <>opened <Moment at={openedAt} /></>;
  return (
    <Region title="Breaker" sub={sub}>
      <BreakerChart state={breaker} opens={`${breakerOpensAfter} failures in a row`} waits={breaker === "closed" ? `after ${seconds(breakerOpensAfter)} to ${seconds(breakerOpensAfter + 10)}` : `waits ${seconds(failures)}`} closes="one good call" fails="it fails" />
      {breaker !== "closed" && (
        <dl className="facts pt-2">
          <div><dt>Why it is open</dt><dd>{breakerReason ?? "Calls failed in a row; no reason was given."}</dd></div>
          <div><dt>Failures</dt><dd className="n">{failures} in a row</dd></div>
          <div><dt>Next probe</dt><dd>{probeAt === null ? "with the next command" : <>one command at <Clock at={probeAt} seconds />; it does not count towards the command’s bound</>}</dd></div>
        </dl>
      )}
    </Region>
  );
}
