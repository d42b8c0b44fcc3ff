import type { DataRule } from "../data-rule.ts";

/** Modules and settings of authentication, keys and directories. */
export const securityRules: readonly DataRule[] = [
  {
    name: "gssapi",
    beyond: "list",
    library: /^libgssapi_krb5\.so\.\d+$/u,
    why: "looks up mechanisms in it",
    lists: [
      {
        files: ["/etc/gss/mech", "/etc/gss/mech.d/*.conf"],
        names: /^(?!#)\S+[ \t]+\S+[ \t]+(\S+\.so\S*)/gmu,
        directory: "$LIB/gss",
      },
    ],
  },
  {
    name: "nss-crypto",
    beyond: "joined",
    library: /^libnss3\.so$/u,
    why: "opens its modules, with their checksums, by name",
    files: ["$LIB/libsoftokn3.chk", "$LIB/libfreebl*.chk", "$LIB/nss/*.chk"],
    objects: [
      "$LIB/libsoftokn3.so",
      "$LIB/libfreebl*3.so",
      "$LIB/libnssckbi.so",
      "$LIB/libnssdbm3.so",
      "$LIB/nss/*.so",
    ],
  },
  {
    name: "sasl",
    beyond: "folder",
    library: /^libsasl2\.so\.\d+$/u,
    imports: ["sasl_client_new", "sasl_server_new"],
    // It has SASL for those who ask for it, and most ask for directories in other ways.
    except: /^libldap/u,
    why: "authenticates by SASL, which opens every mechanism that is there",
    files: ["/etc/sasl2/*.conf"],
    objects: ["$LIB/sasl2/*.so"],
  },
  {
    name: "sasl-ldap",
    beyond: "folder",
    library: /^libldap(?:-2\.\d+|_r)?(?:-2\.\d+)?\.so\.\d+$/u,
    imports: ["ldap_sasl_interactive_bind*"],
    why: "authenticates by SASL, which opens every mechanism that is there",
    files: ["/etc/sasl2/*.conf"],
    objects: ["$LIB/sasl2/*.so"],
  },
];
