import { Foreseen } from './foreseen';
import { connection, readLandscapeFile, type LandscapeFile, type SystemName } from './landscape-file';

/** The inner doors of the systems, for the world, the generator and the oracle. */
export class InnerDoors {
  private readonly urlOf: (name: SystemName) => string;
  private readonly patienceMs: number;

  /** `patienceMs`: how long a system that does not answer is asked again. All that is asked here may be repeated. */
  constructor(urlOf: (name: SystemName) => string, patienceMs = 0) {
    this.urlOf = urlOf;
    this.patienceMs = patienceMs;
  }

  static fromFile(stateDir: string, patienceMs = 0): InnerDoors {
    const landscape: LandscapeFile = readLandscapeFile(stateDir);
    return new InnerDoors((name) => connection(landscape, name).url, patienceMs);
  }

  /** Repeating with the same `actionId` does nothing more. */
  async control<T>(name: SystemName, action: string, body: object): Promise<T> {
    return (await this.send('POST', `${this.urlOf(name)}/_control/${action}`, body)) as T;
  }

  async fault(name: SystemName, rules: object): Promise<void> {
    await this.send('POST', `${this.urlOf(name)}/_faults`, rules);
  }

  async clearFaults(name: SystemName): Promise<void> {
    await this.send('DELETE', `${this.urlOf(name)}/_faults`, null);
  }

  /** How often each kind of fault struck since its rule was set. */
  async faultHits(name: SystemName): Promise<Map<string, number>> {
    const { faults } = (await this.send('GET', `${this.urlOf(name)}/_faults`, null)) as { faults: { rule: { kind: string }; hits: number }[] };
    return faults.reduce((hits, { rule, hits: more }) => hits.set(rule.kind, (hits.get(rule.kind) ?? 0) + more), new Map<string, number>());
  }

  /** Documents of one type changed after a store sequence, oldest change first. */
  async documents<T>(name: SystemName, type: string, after = -1): Promise<{ sequence: number; rows: (T & { _sequence: number })[] }> {
    const answer = (await this.send('GET', `${this.urlOf(name)}/_documents?type=${type}&after=${after}`, null)) as { sequence: number; documents: Record<string, (T & { _sequence: number })[]> };
    return { sequence: answer.sequence, rows: answer.documents[type] ?? [] };
  }

  private async send(method: string, url: string, body: object | null): Promise<unknown> {
    for (const until = Date.now() + this.patienceMs; ; await new Promise((done) => setTimeout(done, 250)))
      try {
        return await this.sendOnce(method, url, body);
      } catch (error) {
        if (!(error instanceof Foreseen) || Date.now() >= until) throw error;
      }
  }

  private async sendOnce(method: string, url: string, body: object | null): Promise<unknown> {
    const response = await fetch(url, {
      method,
      ...(body === null ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    }).catch((error: unknown) => { throw new Foreseen(`The simulated system at ${new URL(url).origin} does not answer: start the demo with npm start, or look whether it is still running.`, { cause: error }); });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 300)}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }
}
