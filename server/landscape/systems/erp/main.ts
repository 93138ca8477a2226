import { runSystem } from '../../kit/process';
import { defineErp } from './system';

await runSystem('erp', defineErp);
