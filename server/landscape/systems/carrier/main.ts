import { runSystem } from '../../kit/process';
import { defineCarrier } from './system';

await runSystem('carrier', defineCarrier);
