import type { DataRule } from "../data-rule.ts";

/** Drivers and settings of clients of databases. */
export const databaseRules: readonly DataRule[] = [
  {
    name: "mariadb",
    library: /^lib(?:mariadb|mysqlclient)\.so\.\d+$/u,
    why: "authenticates by modules that the server names",
    files: [
      "/etc/my.cnf",
      "/etc/mysql/my.cnf",
      "/etc/mysql/mariadb.cnf",
      "/etc/mysql/conf.d/*.cnf",
      "/etc/my.cnf.d/*.cnf",
    ],
    objects: ["$LIB/libmariadb3/plugin/*.so", "$LIB/mariadb/plugin/*.so", "/usr/lib/mysql/plugin/*.so"],
  },
  {
    name: "odbc",
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
