import type { Instant } from "@/server/domain/instant";
import type { Chapter, Story } from "./story";

/** How far each story is told. */
export class Progress {
  private readonly stories: readonly Story[];
  /** Chapters begun of each story. */
  private readonly begun: number[];

  constructor(stories: readonly Story[]) {
    this.stories = stories;
    this.begun = stories.map(() => 0);
  }

  /** The chapter of the story that is told, from 0 on. */
  chapterOf(story: Story): number { return (this.begun[this.stories.indexOf(story)] ?? 0) - 1; }

  /** Every chapter is told, and the time has come that its story waits for. */
  isOver(now: Instant): boolean { return this.stories.every(({ chapters }, place) => this.begun[place] === chapters.length && (chapters.at(-1)?.until ?? "") <= now); }

  /** Chapters that may begin now that everything before is at rest; and when the next may, where none does. */
  next(now: Instant): { chapters: Chapter[]; at: Instant | null } {
    const chapters: Chapter[] = [];
    let at: Instant | null = null;
    for (const [place, story] of this.stories.entries()) {
      const next = this.begun[place] ?? 0, chapter = story.chapters[next];
      const until = story.chapters[next - 1]?.until ?? "", from = chapter?.from ?? "", due = until > from ? until : from;
      if (!chapter && due <= now) continue;
      if (chapter && due <= now) { chapters.push(chapter); this.begun[place] = next + 1; } else if (at === null || due < at) at = due;
    }
    return { chapters, at: chapters.length > 0 ? null : at };
  }
}
