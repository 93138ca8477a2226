"use client";
import { Toaster as Sonner, toast } from "sonner";
import { Icon, type IconName } from "./icon";

/** Place for toasts; once, in the shell. */
export function Toaster() {
  return <Sonner position="bottom-right" visibleToasts={3} toastOptions={{ unstyled: true }} containerAriaLabel="Notices" />;
}

/** A second sign that something was done. The first is always on the page itself. */
export function notify(text: string, icon: IconName = "check"): void {
  toast.custom(() => <div className="toast"><Icon name={icon} className="mt-[2px]" /><span>{text}</span></div>);
}
