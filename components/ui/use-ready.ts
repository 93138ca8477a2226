import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False in what the server sent, true once the page listens: before that a press would be lost, so what needs it is shown as not ready yet. */
export const useReady = (): boolean => useSyncExternalStore(never, () => true, () => false);
