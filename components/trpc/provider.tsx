"use client";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, TRPCClientError } from "@trpc/client";
import { useState, type ReactNode } from "react";
import superjson from "superjson";
import { reportSessionEnded } from "@/components/shell/session-store";
import type { AppRouter } from "@/server/api/root";
import { TRPCProvider } from "./client";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { LiveSignal } from "./live-signal";

const isSignedOut = (error: Error): boolean => error instanceof TRPCClientError && (error.data as { code?: string } | null)?.code === "UNAUTHORIZED";
const onError = (error: Error): void => { if (isSignedOut(error)) reportSessionEnded(); };

/** Data stays as it is until a "changed" signal or 30 s; what is shown is never thrown away while it is fetched anew. */
const makeQueryClient = (): QueryClient => new QueryClient({
  queryCache: new QueryCache({ onError }), mutationCache: new MutationCache({ onError }),
  defaultOptions: { queries: { staleTime: 30_000, retry: (failures, error) => failures < 1 && !isSignedOut(error), refetchOnWindowFocus: true } },
});

export function DataProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  const [client] = useState(() => createTRPCClient<AppRouter>({
    links: [splitLink({
      condition: (operation) => operation.type === "subscription",
      true: httpSubscriptionLink({ url: "/api/trpc", transformer: superjson }),
      false: httpBatchLink({ url: "/api/trpc", transformer: superjson, maxURLLength: 4000 }),
    })],
  }));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        <LiveSignal />
        <NuqsAdapter>{children}</NuqsAdapter>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
