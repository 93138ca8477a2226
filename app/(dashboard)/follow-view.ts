import { redirect } from "next/navigation";
import { api } from "@/server/api/caller";

/** A link to a saved view leads to the list as the view has it now; an unknown view leads to the plain list. */
export async function followView(page: "orders" | "exceptions", view: string | string[] | undefined): Promise<void> {
  if (typeof view !== "string" || !/^[0-9a-f-]{36}$/.test(view)) return;
  const query = await (await api()).views.resolve({ page, id: view });
  redirect(query ? `/${page}?${query}` : `/${page}`);
}
