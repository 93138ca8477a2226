import { towerJson } from "../when/command-line";

export interface Key { id: string; secret: string }

/** A key of an API client, made as the administrator makes it. */
export const keyWith = (...scopes: string[]): Promise<Key> => towerJson<Key>("key", "create", "--name", "browser tests", "--scope", ...scopes);
