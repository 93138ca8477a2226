import { runSystem } from '../../kit/process';
import { defineCrm } from './system';

await runSystem('crm', defineCrm);
