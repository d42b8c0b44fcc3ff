import { matchGlob, parseGlob } from "../rootfs/glob.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";

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
  "/etc/apt/auth.conf*",
  "/root/*",
  "/root/*/**",
  "/run/secrets/**",
  "/var/log/*",
  "/var/log/*/**",
  "/var/lib/dpkg/**",
  "/var/lib/apt/**",
  "/var/lib/rpm/**",
  "/var/lib/systemd/random-seed",
  "/var/cache/apt/**",
  "/lib/apk/**",
  "/usr/lib/sysimage/rpm/**",
].map(parseGlob);

const firstLetters = /^\/(?:etc|root|run|var|lib|usr\/lib\/sysimage)\//;

/** True for secrets, logs and machine state, which only a line of the spec that names them may bring into an image. */
export function isPrivate(path: AbsPath): boolean {
  return firstLetters.test(path) && patterns.some((pattern) => matchGlob(pattern, path));
}
