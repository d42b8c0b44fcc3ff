import type { DataRule } from "../data-rule.ts";

/** Programs that run others, or load modules, by names that no header has. */
export const programRules: readonly DataRule[] = [
  {
    name: "chromium",
    program:
      /^(?:chromium(?:-headless-shell)?|chrome(?:-headless-shell)?|headless_shell|electron|msedge|brave|vivaldi-bin)$/u,
    why: "opens it beside itself",
    files: [
      "$LIB/icudtl.dat",
      "$LIB/*.pak",
      "$LIB/locales/*.pak",
      "$LIB/*snapshot*.bin",
      "$LIB/vk_swiftshader_icd.json",
    ],
    objects: ["$LIB/libEGL.so", "$LIB/libGLESv2.so", "$LIB/libvk_swiftshader.so", "$LIB/libvulkan.so.1"],
    programs: ["$LIB/chrome_crashpad_handler"],
  },
  {
    name: "gawk",
    program: /^gawk$/u,
    why: "finds what scripts include and load in it",
    trees: ["/usr/share/awk"],
    objects: ["/usr/lib/*/gawk/*.so", "/usr/lib/gawk/*.so", "/usr/lib64/gawk/*.so"],
  },
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
    name: "pandoc",
    program: /^pandoc(?:-server|-lua)?$/u,
    why: "makes documents of its templates",
    trees: ["/usr/share/pandoc/data"],
  },
  {
    name: "r",
    program: /^R$/u,
    why: "runs it when it starts and ends",
    programs: ["/usr/bin/rm", "/bin/sh", "/usr/bin/uname", "/usr/bin/which"],
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
  {
    name: "zsh",
    program: /^zsh(?:5|-static)?$/u,
    why: "loads modules and functions from it by name",
    objects: [
      "/usr/lib/*/zsh/*/zsh/*.so",
      "/usr/lib/*/zsh/*/zsh/*/*.so",
      "/usr/lib/zsh/*/zsh/*.so",
      "/usr/lib/zsh/*/zsh/*/*.so",
    ],
    // The functions that complete what is typed are nine tenths of all.
    trees: ["Calendar", "Chpwd", "Exceptions", "MIME", "Math", "Misc", "Prompts", "TCP", "VCS_Info", "Zftp", "Zle"].map(
      (name) => `/usr/share/zsh/functions/${name}`,
    ),
    files: ["/etc/zsh/zshenv", "/usr/share/zsh/functions/*.zwc"],
  },
];
