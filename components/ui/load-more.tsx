import { Button } from "./button";

/** The next page of a list by keyset; nothing where all of it is shown. */
export function LoadMore({ pages }: { pages: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> } }) {
  if (!pages.hasNextPage) return null;
  return <p className="p-2"><Button size="xs" variant="ghost" pending={pages.isFetchingNextPage} onClick={() => { void pages.fetchNextPage(); }}>{pages.isFetchingNextPage ? "Loading more" : "Load more"}</Button></p>;
}
