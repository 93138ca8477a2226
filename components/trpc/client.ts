"use client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import type { AppRouter } from "@/server/api/root";

/** `useTRPC()` gives query and mutation options of every procedure, typed from the router. */
export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();
