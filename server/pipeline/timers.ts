import type { Timers } from "./ports";

/** The process's own. */
export const processTimers: Timers = {
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => { clearTimeout(timer); };
  },
};
