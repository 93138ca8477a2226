import { runSystem } from '../../kit/process';
import { definePayments } from './system';

await runSystem('payments', definePayments);
