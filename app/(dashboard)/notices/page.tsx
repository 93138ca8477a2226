import type { Metadata } from "next";
import { NoticeDesk } from "@/components/notices/desk";
import { api } from "@/server/api/caller";

export const metadata: Metadata = { title: "What I am told" };

export default async function NoticesPage() {
  return <NoticeDesk initial={await (await api()).notices.mine()} />;
}
