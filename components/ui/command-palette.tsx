"use client";
import { Command } from "cmdk";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
import { Icon, type IconName } from "./icon";
import { keyCaps, type KeySpec } from "./key-sequence";
import { useFocusReturn } from "./use-focus-return";

export interface PaletteCommand {
  id: string;
  label: string;
  group: string;
  icon: IconName;
  keys?: KeySpec | undefined;
  run: () => void;
}

export interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  commands: readonly PaletteCommand[];
  /** Looks an identifier of any kind up. */
  onTrace: (identifier: string) => void;
}

/** One box for everything: any identifier goes to Trace, any command runs. */
export function CommandPalette({ open, onOpenChange, commands, onTrace }: CommandPaletteProps) {
  const [typed, setTyped] = useState("");
  const query = typed.trim();
  const groups = [...new Set(commands.map((command) => command.group))];
  const close = (next: boolean) => {
    if (!next) setTyped("");
    onOpenChange(next);
  };
  const choose = (run: () => void) => () => { close(false); run(); };
  const onCloseAutoFocus = useFocusReturn(open);
  return (
    <Radix.Root open={open} onOpenChange={close}>
      <Radix.Portal>
        <Radix.Overlay className="veil" />
        <Radix.Content onCloseAutoFocus={onCloseAutoFocus} className="dlg pal" aria-describedby={undefined}>
          <Radix.Title className="vh">Any identifier, or a command</Radix.Title>
          <Command label="Any identifier, or a command" loop>
            <div className="pal-in"><Icon name="search" /><Command.Input value={typed} onValueChange={setTyped} placeholder="Order, PO, shipment, tracking, invoice, message, or a command" autoFocus /></div>
            <Command.List>
              {query !== "" && (
                <Command.Item className="menu-item" value={`trace ${query}`} keywords={[query]} forceMount onSelect={choose(() => { onTrace(query); })}>
                  <Icon name="waypoints" /><span className="el">Trace <span className="id">{query}</span></span><span className="menu-end">any identifier</span>
                </Command.Item>
              )}
              {groups.map((group) => (
                <Command.Group key={group} heading={group}>
                  {commands.filter((command) => command.group === group).map((command) => (
                    <Command.Item key={command.id} className="menu-item" value={command.label} onSelect={choose(command.run)}>
                      <Icon name={command.icon} /><span>{command.label}</span>
                      {command.keys !== undefined && <span className="menu-end keys">{keyCaps(command.keys).map((cap) => <kbd key={cap}>{cap}</kbd>)}</span>}
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
