import { galleryShown } from "@/server/config/env";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Page } from "@/components/shell/page";
import { Note } from "@/components/ui/note";
import { GalleryCharts } from "./gallery-charts";
import { GalleryControls } from "./gallery-controls";
import { GalleryLists } from "./gallery-lists";
import { GalleryMarks } from "./gallery-marks";

export const metadata: Metadata = { title: "Gallery", robots: { index: false } };

/** For those who build pages. Off unless the server was started with TOWER_GALLERY=1; in no navigation. */
const galleryOn = galleryShown();

export default function GalleryPage() {
  if (!galleryOn) notFound();
  return (
    <Page title="Gallery" crumbs={[{ label: "For builders", href: "/gallery" }]} hints={[{ keys: ["j", "k"], label: "move" }, { keys: ["enter"], label: "open" }, { keys: ["x"], label: "tick" }, { keys: ["g e"], label: "exceptions" }]} footEnd="Everything here is a sample">
      <div className="rg"><Note icon="info" title="Samples" sub="no figure on this page is real">Each part as pages use it, with made-up values.</Note></div>
      <GalleryMarks />
      <GalleryControls />
      <GalleryCharts />
      <GalleryLists />
    </Page>
  );
}
