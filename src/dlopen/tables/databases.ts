import type { DataRule } from "../data-rule.ts";

/** Drivers and settings of clients of databases. */
export const databaseRules: readonly DataRule[] = [
  {
    name: "odbc",
    beyond: "list",
    library: /^libodbc\.so\.\d+$/u,
    why: "looks up drivers and sources in it",
    files: ["/etc/odbc.ini"],
    lists: [
      {
        files: ["/etc/odbcinst.ini"],
        names: /^[ \t]*(?:Driver|Setup)(?:64)?[ \t]*=[ \t]*(\S+)/gimu,
        directory: "$LIB/odbc",
      },
    ],
  },
];
