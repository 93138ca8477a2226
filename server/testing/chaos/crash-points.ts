/** Where a worker may die: each side of every call by which something becomes true outside of it. `port.call:side`. */
export const crashPoints = [
  "inbox.claimWaiting:after", "inbox.settle:before", "inbox.settle:after",
  "plans.planWaiting:before", "plans.planWaiting:after",
  "commands.claim:after", "connectors.send:before", "connectors.send:after", "commands.settle:before", "commands.settle:after",
  "commands.claimUnknown:after", "connectors.lookup:before", "connectors.lookup:after",
  "commands.claimUnverified:after", "connectors.verify:after",
] as const;
export type CrashPoint = (typeof crashPoints)[number];
export const isCrashPoint = (text: string): text is CrashPoint => (crashPoints as readonly string[]).includes(text);
