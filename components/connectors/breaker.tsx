import { BreakerChart } from "@/components/charts/breaker-chart";
import { Clock, Moment } from "@/components/ui/age";
import { Region } from "@/components/ui/region";
import type { ConnectorView } from "@/server/api/shapes";
import { probeWaitMs } from "@/server/domain/breaker";

/** The breaker as it stands: what opens it, why it is open, when it is tried again, and what closes it. */
export function Breaker({ connector: { breaker, failures, probes, breakerReason, openedAt, probeAt, policy: { breaker: rules } } }: { connector: ConnectorView }) {
  const seconds = (failed: number): string => `${probeWaitMs(failed, rules) / 1000} s`;
  const sub = breaker === "closed" ? (failures === 0 ? "closed, no failure" : `closed, ${failures} of ${rules.inARow} failures in a row`) : openedAt === null ? "opened" : <>opened <Moment at={openedAt} /></>;
  return (
    <Region title="Breaker" sub={sub}>
      <BreakerChart state={breaker} opens={`${rules.inARow} failures in a row`} waits={breaker === "closed" ? `after ${rules.firstProbeSeconds} s to ${rules.lastProbeSeconds} s` : `waits ${seconds(probes)}`} closes="one good call" fails="it fails" />
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
