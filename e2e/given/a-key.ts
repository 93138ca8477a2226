import { towerJson } from "../when/command-line";

export interface Key { id: string; secret: string }

/** A key of an API client, made as the administrator makes it. */
export const keyWith = (...scopes: string[]): Promise<Key> => towerJson<Key>("key", "create", "--name", "browser tests", "--scope", ...scopes);
/** The bank's own: in the demo it is the system of record of receipts. */
export const bankKey = (): Promise<Key> => towerJson<Key>("key", "create", "--name", "bank", "--source", "bank", "--scope", "events:receipt.recorded");
