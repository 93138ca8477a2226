/** Of what a service level counts: all of it, what is past its target, and of the rest what is near it. */
export const levelParts = ["counted", "breached", "warned"] as const;
export type LevelPart = (typeof levelParts)[number];
