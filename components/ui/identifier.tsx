import Link from "next/link";

export interface IdentifierProps { children: string; href?: string | undefined }

/** A document number, key or code: monospaced, never truncated; with `href` a link. */
export function Identifier({ children, href }: IdentifierProps) {
  return href === undefined ? <span className="id">{children}</span> : <Link className="id ln" href={href}>{children}</Link>;
}
