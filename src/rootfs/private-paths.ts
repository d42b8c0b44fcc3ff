import { type AbsPath, toAbsPath } from "./rootfs.ts";

const patterns = [
  "/etc/shadow*",
  "/etc/gshadow*",
  "/etc/subuid*",
  "/etc/subgid*",
  "/etc/passwd-",
  "/etc/group-",
  "/etc/.pwd.lock",
  "/etc/machine-id",
  "/etc/hostname",
  "/etc/ssh/*key*",
  "/etc/ssl/private/**",
  "/etc/krb5.keytab",
  "/etc/sasldb2",
  "/etc/ppp/*-secrets",
  "/etc/mysql/debian.cnf",
  "/etc/apk/**",
  "/etc/apt/auth.conf*",
  "/etc/apt/auth.conf.d/**",
  "/etc/dnf/vars/**",
  "/etc/pki/*/private/**",
  "/etc/pki/consumer/**",
  "/etc/pki/entitlement/**",
  "/etc/yum.repos.d/**",
  "/etc/yum/vars/**",
  "/etc/zypp/credentials.d/**",
  "/root/*",
  "/root/*/**",
  "/home/*/.*_history",
  "/home/*/.gnupg/**",
  "/home/*/.netrc",
  "/home/*/.ssh/**",
  "/run/secrets/**",
  "/var/log/*",
  "/var/log/*/**",
  "/var/lib/dpkg/**",
  "/var/lib/apt/**",
  "/var/lib/dnf/**",
  "/var/lib/krb5kdc/**",
  "/var/lib/pacman/**",
  "/var/lib/rpm/**",
  "/var/lib/yum/**",
  "/var/lib/systemd/random-seed",
  "/var/cache/apk/**",
  "/var/cache/apt/**",
  "/var/cache/dnf/**",
  "/var/cache/libdnf5/**",
  "/var/cache/yum/**",
  "/lib/apk/**",
  "/usr/lib/apk/**",
  "/usr/lib/sysimage/**",
  "/usr/share/rpm/**",
];

/** One expression for all of them: every path that may ship is asked about. */
const isOfPattern = new RegExp(`^(?:${patterns.map(expressionOf).join("|")})$`, "u");

function expressionOf(pattern: string): string {
  const [, ...components] = pattern.split("/");
  return components
    .map((one) => (one === "**" ? "(?:/[^/]+)*" : `/${one.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}`))
    .join("");
}

/** True for secrets, logs and machine state, which only a line of the spec that names them may bring into an image. */
export function isPrivate(path: AbsPath): boolean {
  return isOfPattern.test(path);
}

/** What a package manager knows of this system. */
const records = /^\/(?:var\/lib\/(?:dpkg|apt|dnf|pacman|rpm|yum)|(?:usr\/)?lib\/apk)(?=\/)/u;

/** The name that a private file is told of by: all records of a package manager are one thing. */
export function privateName(path: AbsPath): AbsPath {
  const directory = records.exec(path)?.[0];
  return directory === undefined ? path : toAbsPath(`${directory}/**`);
}
