import { runSystem } from '../../kit/process';
import { defineShop } from './system';

await runSystem('shop', defineShop);
