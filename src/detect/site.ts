import type { SpecValue } from "../spec/flow-text.ts";
import type { SpecKey } from "./candidate.ts";

/** A directory of files that a web server gives out as they are. */
export interface Site {
  /** The builders that make it. */
  readonly builders?: Readonly<Record<string, SpecValue>>;
  readonly app: Readonly<Record<string, SpecValue>>;
  /** Why this directory. */
  readonly because: string;
  /** True where the browser answers every path with the first page. */
  readonly isSinglePage: boolean;
}

const root = "/srv/www";
const port = 8080;

/**
 * The spec of a site: nginx of Debian, whose package is kept by Debian's security team. It has what a site needs:
 * types, ETag, ranges and compression. It writes below /tmp alone and needs no rights.
 */
export function siteKeys({ builders = {}, app, because, isSinglePage }: Site): readonly SpecKey[] {
  const server = { from: "debian:trixie-slim", packages: ["nginx-light"] };
  const base: readonly SpecKey[] =
    Object.keys(builders).length === 0
      ? Object.entries(server).map(([key, value]) => ({ key, value }))
      : [{ key: "builders", value: { ...builders, main: server }, because: "build: its tools and sources stay there" }];
  return [
    ...base,
    { key: "binaries", value: ["nginx"], because: "a static file server" },
    { key: "app", value: { ...app, dest: root }, because },
    { key: "files", value: { "/etc/nginx/site.conf": { content: configuration(isSinglePage) } } },
    { key: "entrypoint", value: ["nginx", "-e", "stderr", "-c", "/etc/nginx/site.conf"] },
    { key: "workdir", value: "/" },
    { key: "ports", value: [port] },
  ];
}

function configuration(isSinglePage: boolean): string {
  const missing = isSinglePage ? "/index.html" : "=404";
  return `daemon off;
pid /tmp/nginx.pid;
error_log stderr warn;
events {
  worker_connections 1024;
}
http {
  include /etc/nginx/mime.types;
  types {
    text/javascript mjs;
    application/manifest+json webmanifest;
  }
  default_type application/octet-stream;
  access_log off;
  sendfile on;
  gzip on;
  gzip_vary on;
  gzip_types text/css text/plain text/javascript application/javascript application/json image/svg+xml;
  client_body_temp_path /tmp/client_body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server {
    listen ${String(port)};
    root ${root};
    location / {
      try_files $uri $uri/index.html $uri.html ${missing};
    }
${isSinglePage ? "" : "    error_page 404 /404.html;\n"}  }
}
`;
}
