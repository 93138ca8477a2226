import { runSystem } from '../../kit/process';
import { defineTax } from './system';

await runSystem('tax', defineTax);
