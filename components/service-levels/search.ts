export interface LevelSearch { level?: string | undefined }

/** Which level is open; `new` is one that is being written. */
export function levelSearch(parameters: Record<string, string | string[] | undefined>): LevelSearch {
  const level = Array.isArray(parameters["level"]) ? parameters["level"][0] : parameters["level"];
  return level && level.length <= 80 ? { level } : {};
}

export const levelPage = (level: string | null): string => (level === null ? "/service-levels" : `/service-levels?level=${encodeURIComponent(level)}`);
