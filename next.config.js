const development = process.env.NODE_ENV === "development";

// Next writes the data of a page into inline scripts, and the theme is chosen by one before the first paint; a nonce would
// allow just these but keep every page from being cached. No script, style, font or frame comes from anywhere else.
const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${development ? " 'unsafe-eval'" : ""}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  `connect-src 'self'${development ? " ws:" : ""}`,
  "object-src 'none'",
  "base-uri 'self'",
  // a sign-in that is sent on to another origin must be navigated by script, not by a form
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const securityHeaders = [
  { key: "Content-Security-Policy", value: contentSecurityPolicy },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
  // browsers obey this over https only
  { key: "Strict-Transport-Security", value: "max-age=15552000" },
];

/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // the product alone: an error in a test breaks the tests, not a build
  typescript: { tsconfigPath: "tsconfig.build.json" },
  // drivers and loggers that load parts of themselves at run time
  serverExternalPackages: ["pg", "pg-boss", "pino", "prom-client", "@prisma/adapter-pg", "@prisma/client", "ssh2", "ssh2-sftp-client"],
  // not guessed from lock files in the folders above
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};
