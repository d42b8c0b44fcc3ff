import type { DataRule } from "../data-rule.ts";

const postgresShares = [
  "/usr/share/postgresql/*",
  "/usr/share/postgresql",
  "/usr/share/postgresql[0-9]*",
  "/usr/local/share/postgresql",
  "/usr/share/pgsql",
  "/usr/pgsql-*/share",
];

/** Servers that are put together while they start, of what their settings and their users name. */
export const serverRules: readonly DataRule[] = [
  {
    name: "apache",
    beyond: "settings",
    program: /^(?:apache2|httpd)$/u,
    why: "is configured by it",
    // Settings of TLS name the program that asks for a passphrase, and are refused where it is not there.
    files: ["/etc/mime.types", "/usr/share/apache2/ask-for-passphrase"],
    trees: [
      "/etc/apache2",
      "/etc/httpd/conf",
      "/etc/httpd/conf.d",
      "/etc/httpd/conf.modules.d",
      "/usr/local/apache2/conf",
      "/var/www/html",
      "/usr/local/apache2/htdocs",
    ],
    lists: [
      ["/etc/apache2/mods-enabled/*.load", "/usr/lib/apache2"],
      ["/etc/apache2/httpd.conf", "/var/www"],
      ["/etc/apache2/conf.d/*.conf", "/var/www"],
      ["/etc/httpd/conf/httpd.conf", "/etc/httpd"],
      ["/etc/httpd/conf.modules.d/*.conf", "/etc/httpd"],
      ["/usr/local/apache2/conf/httpd.conf", "/usr/local/apache2"],
    ].map(([files = "", directory = ""]) => ({
      files: [files],
      names: /^[ \t]*LoadModule[ \t]+\S+[ \t]+"?([^\s"]+)/gimu,
      directory,
    })),
  },
  {
    name: "bind",
    beyond: "generated",
    program: /^named$/u,
    why: "is configured by it",
    files: ["/usr/share/dns/root.hints", "/usr/share/dns/root.key"],
    trees: ["/etc/bind"],
  },
  {
    name: "postgres",
    beyond: "data",
    program: /^(?:postgres|postmaster)$/u,
    why: "makes databases and loads functions from it",
    files: [
      ...postgresShares.flatMap((share) => ["bki", "sql", "txt", "sample"].map((ending) => `${share}/*.${ending}`)),
      "/etc/postgresql-common/*.conf",
    ],
    objects: [
      "/usr/lib/postgresql/*/lib/*.so",
      "/usr/lib/postgresql/*.so",
      "/usr/lib/postgresql[0-9]*/*.so",
      "/usr/local/lib/postgresql/*.so",
      "/usr/lib64/pgsql/*.so",
      "/usr/pgsql-*/lib/*.so",
    ],
    trees: [
      ...postgresShares.flatMap((share) =>
        ["extension", "timezonesets", "tsearch_data"].map((name) => `${share}/${name}`),
      ),
      "/usr/share/zoneinfo",
    ],
  },
  {
    name: "postgres-tools",
    beyond: "joined",
    program: /^(?:initdb|pg_ctl)$/u,
    why: "starts it",
    programs: ["$LIB/postgres", "/bin/sh"],
  },
  {
    name: "squid",
    beyond: "settings",
    program: /^squid$/u,
    why: "is configured by it, and has helpers for its work",
    files: ["/etc/squid/*.conf", "/etc/squid/conf.d/*"],
    trees: ["/usr/share/squid"],
    programs: ["/usr/lib/squid/log_file_daemon", "/usr/lib/squid/unlinkd"],
  },
  {
    name: "wireshark",
    beyond: "folder",
    library: /^libwireshark\.so\.\d+$/u,
    why: "knows protocols by it",
    objects: ["$LIB/wireshark/plugins/*/*/*.so"],
    trees: ["/usr/share/wireshark"],
  },
];
