import { parseArgs } from 'node:util';
import { Foreseen, runProgram } from './kit/foreseen';
import { generate } from './generator/generate';
import { scenarioNames, type ScenarioName } from './generator/story';

/** With `--patient`: systems that are started again are waited for. */
const patienceMs = 60_000;

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string' },
    faults: { type: 'boolean', default: false },
    attended: { type: 'boolean', default: false },
    only: { type: 'string' },
    'every-story': { type: 'boolean', default: false },
    patient: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function aboveZero(text: string, option: string, shape: RegExp): number {
  if (!shape.test(text) || Number(text) <= 0) throw new Foreseen(`${option} takes a number above zero, not ${text}.`);
  return Number(text);
}

await runProgram(async () => {
  if (values.help) {
    process.stdout.write(`generate --orders N [--seed S] [--rate ORDERS_PER_MINUTE] [--faults] [--attended] [--only SCENARIO,… | --every-story] [--patient]\nscenarios: ${scenarioNames.join(', ')}\n`);
  } else {
    const orders = aboveZero(values.orders, '--orders', /^\d{1,9}$/), rate = values.rate === undefined ? null : aboveZero(values.rate, '--rate', /^\d{1,6}(\.\d{1,3})?$/);
    const asked = values.only?.split(',') ?? [];
    const unknown = asked.find((name) => !(scenarioNames as readonly string[]).includes(name));
    if (unknown !== undefined) throw new Foreseen(`There is no scenario "${unknown}": --help lists them.`);
    const only = scenarioNames.filter((name) => asked.includes(name));
    const lines = await generate({
      orders, seed: values.seed, rate, faults: values.faults, unattended: !values.attended, only, everyStory: values['every-story'], patienceMs: values.patient ? patienceMs : 0,
    });
    const counts = new Map<ScenarioName, number>();
    for (const line of lines) counts.set(line.scenario, (counts.get(line.scenario) ?? 0) + 1);
    process.stdout.write(`${lines.length} orders placed\n${[...counts].sort().map(([name, count]) => `${String(count).padStart(6)}  ${name}`).join('\n')}\n`);
  }
});
