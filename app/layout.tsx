import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { htmlAttributes, readPreferences } from "@/components/shell/preferences";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Ledgerline", template: "%s · Ledgerline" },
  description: "The control tower for order-to-cash integration.",
};

export const viewport: Viewport = { themeColor: [{ media: "(prefers-color-scheme: light)", color: "#f4f6f5" }, { media: "(prefers-color-scheme: dark)", color: "#0c0f0f" }] };

/** The chosen theme and density are in the first byte of the page: no flash, no script. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const preferences = readPreferences((name) => jar.get(name)?.value);
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} {...htmlAttributes(preferences)} suppressHydrationWarning>
      <body>{children}</body>
    </html>
  );
}
