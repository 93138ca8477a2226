"use client";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { createContext, use, useMemo, useState, type ReactNode } from "react";
import { ClockProvider } from "@/components/ui/clock";
import { CommandPalette, type PaletteCommand } from "@/components/ui/command-palette";
import { KeyProvider, useKeys } from "@/components/ui/keys";
import { Toaster } from "@/components/ui/toast";
import { useFocusReturn } from "@/components/ui/use-focus-return";
import { AllKeys } from "./all-keys";
import { navItems } from "./navigation";
import type { Preferences } from "./preferences";
import { Rail } from "./rail";
import { SessionEnded } from "./session-ended";
import { chooseTheme } from "./set-preference";
import type { ShellData } from "./shell-data";

interface ShellControls { openPalette: () => void; openDrawer: () => void }
const ShellContext = createContext<ShellControls | null>(null);

/** Palette and drawer, for the top bar of a page. */
export function useShell(): ShellControls {
  const controls = use(ShellContext);
  if (controls === null) throw new Error("A top bar stands inside AppShell only");
  return controls;
}

export interface AppShellProps {
  data: ShellData;
  preferences: Preferences;
  /** Samples and pictures: ages stand still. */
  frozen?: boolean | undefined;
  children: ReactNode;
}

/** Rail, sheet, command palette and the keys that work everywhere. Pages inside begin with a TopBar. */
export function AppShell(props: AppShellProps) {
  return (
    <ClockProvider initialNow={props.data.now} timeZone={props.data.timeZone} frozen={props.frozen}>
      <KeyProvider><Frame {...props} /></KeyProvider>
    </ClockProvider>
  );
}

/** Puts the cursor into the filter of the page: the first visible field marked `data-filter`. */
function focusFilter(): void {
  document.querySelector<HTMLElement>("[data-filter]")?.focus();
}

function Frame({ data, preferences, children }: AppShellProps) {
  const router = useRouter();
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const onDrawerClose = useFocusReturn(drawer);
  const controls = useMemo<ShellControls>(() => ({ openPalette: () => { setPalette(true); }, openDrawer: () => { setDrawer(true); } }), []);
  const commands: PaletteCommand[] = [
    ...navItems.map((item) => ({ id: item.href, label: item.label, group: "Go to", icon: item.icon, keys: item.keys, run: () => { router.push(item.href); } })),
    { id: "theme-light", label: "Theme: light", group: "Appearance", icon: "sun", run: () => { chooseTheme("light"); } },
    { id: "theme-dark", label: "Theme: dark", group: "Appearance", icon: "moon", run: () => { chooseTheme("dark"); } },
    { id: "theme-system", label: "Theme: as the system", group: "Appearance", icon: "monitor", run: () => { chooseTheme("system"); } },
    { id: "keys", label: "All keys", group: "Help", icon: "info", keys: "?", run: () => { setKeys(true); } },
  ];
  useKeys([
    { keys: "mod+k", label: "any id or command", group: "Everywhere", run: () => { setPalette((open) => !open); } },
    { keys: "/", label: "filter", group: "Everywhere", run: focusFilter },
    { keys: "?", label: "all keys", group: "Everywhere", run: () => { setKeys(true); } },
    ...navItems.map((item) => ({ keys: item.keys, label: item.label, group: "Go to" as const, run: () => { router.push(item.href); } })),
  ]);
  return (
    <ShellContext value={controls}>
      <a className="skip" href="#main">Skip to the page</a>
      <div className="app">
        <Rail data={data} preferences={preferences} />
        <main className="main" id="main" tabIndex={-1}><SessionEnded />{children}</main>
      </div>
      <Radix.Root open={drawer} onOpenChange={setDrawer}>
        <Radix.Portal>
          <Radix.Overlay className="veil" />
          <Radix.Content onCloseAutoFocus={onDrawerClose} className="drawer" aria-describedby={undefined}>
            <Radix.Title className="vh">Menu</Radix.Title>
            <Rail data={data} preferences={preferences} drawer onNavigate={() => { setDrawer(false); }} />
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
      <CommandPalette open={palette} onOpenChange={setPalette} commands={commands} onTrace={(id) => { router.push(`/trace?q=${encodeURIComponent(id)}`); }} />
      <AllKeys open={keys} onOpenChange={setKeys} />
      <Toaster />
    </ShellContext>
  );
}
