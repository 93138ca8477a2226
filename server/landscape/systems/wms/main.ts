import { runSystem } from '../../kit/process';
import { defineWms } from './system';

await runSystem('wms', defineWms);
