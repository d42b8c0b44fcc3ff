import type { AbsPath } from "./rootfs.ts";

const levels =
  /^\/(?:$|(?:boot|dev|home|media|mnt|opt|proc|root|srv|sys|tmp)$|(?:bin|etc|lib\w*|run|sbin|usr|var)(?:$|\/(?:bin|cache|games|include|lib\w*|local|log|mail|opt|run|sbin|share|spool|src|tmp)(?:$|\/(?:bin|etc|games|include|lib\w*|misc|sbin|share|src|[^/]+-linux-[a-z0-9]+)$)))/u;
const shared =
  /^\/(?:etc\/(?:default|init\.d|pam\.d|security|ssl(?:\/(?:certs|private))?|sysconfig|profile\.d)|usr\/(?:local\/)?(?:lib|share)\/(?:applications|dbus-1|doc|fonts|icons|info|locale|man|mime|perl5|pkgconfig|systemd|tmpfiles\.d|sysusers\.d|udev|zoneinfo))$/u;

/**
 * True for directories that many packages share (hier(7), the FHS): `/usr/lib`, `/etc`, `/usr/lib/x86_64-linux-gnu`. A
 * name that stands for one of them says nothing of what is meant.
 */
export function isSystemDirectory(path: AbsPath): boolean {
  return levels.test(path) || shared.test(path);
}

const dataForAll = /^\/(?:etc\/ssl\/certs|usr\/(?:local\/)?share\/(?:doc|fonts|icons|info|man|mime|zoneinfo))$/u;

/**
 * True for directories of the system that have data of one kind, whichever package brought it: fonts, time zones,
 * certificates. An author who names one means what is in it.
 */
export function isDataForAll(path: AbsPath): boolean {
  return dataForAll.test(path);
}

const systemFiles =
  /^\/etc\/(?:passwd|group|shadow|gshadow|hosts|hostname|resolv\.conf|mtab|fstab|localtime|timezone|machine-id|ld\.so\.(?:cache|conf|preload)|nsswitch\.conf|os-release|shells|environment|issue|motd)-?$/u;

/** True for files that Pith makes, or that the engine mounts: no name brings the builder's. */
export function isSystemFile(path: AbsPath): boolean {
  return systemFiles.test(path);
}

/** True for what the engine mounts when a container starts, so that nothing of it is in an image. */
export function isMounted(path: AbsPath): boolean {
  return /^\/(?:dev|proc|sys)(?:\/|$)/u.test(path);
}
