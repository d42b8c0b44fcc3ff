import { matchGlob, parseGlob } from "./glob.ts";
import type { AbsPath } from "./rootfs.ts";

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
  "/etc/security/opasswd",
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
].map(parseGlob);

const firstLetters = /^\/(?:etc|home|root|run|var|lib|usr\/lib\/(?:apk|sysimage)|usr\/share\/rpm)\//;

/** True for secrets, logs and machine state, which only a line of the spec that names them may bring into an image. */
export function isPrivate(path: AbsPath): boolean {
  return firstLetters.test(path) && patterns.some((pattern) => matchGlob(pattern, path));
}
