"use client";
import { signOut } from "next-auth/react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Avatar } from "@/components/ui/avatar";
import { Menu, MenuChoice, MenuItem, MenuRule } from "@/components/ui/menu";
import type { Density, Preferences, Theme } from "./preferences";
import { chooseDensity, chooseTheme } from "./set-preference";
import type { ShellUser } from "./shell-data";

const roleWords: Readonly<Record<string, string>> = { viewer: "Viewer", ops: "Operations", finance: "Finance", admin: "Administrator" };

/** Person, theme, density, sign out. */
export function UserMenu({ user, preferences }: { user: ShellUser; preferences: Preferences }) {
  const router = useRouter();
  const [theme, setTheme] = useState<Theme>(preferences.theme);
  const [density, setDensity] = useState<Density>(preferences.density);
  const roles = user.roles.map((role) => roleWords[role] ?? role).join(", ");
  return (
    <Menu
      side="top"
      trigger={
        <button type="button" className="me">
          <Avatar name={user.name} />
          <span className="sm"><span className="b el">{user.name}</span><span className="m3 el">{roles === "" ? user.email : roles}</span></span>
          <span className="vh">appearance and sign out</span>
        </button>
      }
    >
      <p className="menu-label">{user.email}</p>
      <MenuRule />
      <MenuChoice
        label="Theme" value={theme} onChange={(next) => { setTheme(next); chooseTheme(next); }}
        options={[{ value: "system", label: "As the system", icon: "monitor" }, { value: "light", label: "Light", icon: "sun" }, { value: "dark", label: "Dark", icon: "moon" }]}
      />
      <MenuRule />
      <MenuChoice
        label="Rows" value={density} onChange={(next) => { setDensity(next); chooseDensity(next); }}
        options={[{ value: "compact", label: "Compact, 28 px", icon: "rows" }, { value: "default", label: "Default, 32 px", icon: "rows" }, { value: "roomy", label: "Roomy, 40 px", icon: "rows" }]}
      />
      <MenuRule />
      <MenuItem icon="bell" onSelect={() => { router.push("/notices"); }}>What I am told by mail</MenuItem>
      <MenuRule />
      <MenuItem icon="log-out" onSelect={() => { void signOut({ callbackUrl: "/sign-in" }); }}>Sign out</MenuItem>
    </Menu>
  );
}
