import type { DataRule } from "../data-rule.ts";

/** Programs that run others, or load modules, by names that no header has. */
export const programRules: readonly DataRule[] = [
  {
    name: "git",
    program: /^git$/u,
    why: "runs a helper for each kind of address",
    files: ["/etc/gitconfig"],
    trees: ["/usr/share/git-core/templates"],
    programs: ["/usr/lib/git-core/git-remote-*", "/usr/libexec/git-core/git-remote-*"],
  },
  {
    name: "gnupg",
    program: /^gpg(?:sm)?$/u,
    why: "has its keys handled by it",
    programs: ["/usr/bin/gpg-agent", "/usr/lib/gnupg/keyboxd", "/usr/libexec/keyboxd", "/usr/bin/gpgconf"],
    files: ["/etc/gnupg/*.conf"],
  },
  {
    name: "ssh",
    program: /^(?:ssh|scp|sftp)$/u,
    why: "is configured by it",
    files: ["/etc/ssh/ssh_config", "/etc/ssh/ssh_config.d/*.conf"],
    programs: ["$LIB/ssh"],
  },
  {
    name: "sudo",
    program: /^sudo$/u,
    why: "takes its policy from it",
    files: ["/etc/sudo.conf", "/etc/sudoers", "/etc/sudoers.d/*"],
    objects: ["/usr/libexec/sudo/*.so", "/usr/lib/sudo/*.so"],
  },
  {
    name: "xtables",
    library: /^libxtables\.so\.\d+$/u,
    why: "opens a module for each match and target",
    objects: ["$LIB/xtables/*.so"],
    files: ["/etc/ethertypes"],
  },
];
