import type { DataRule } from "../data-rule.ts";

/** Programs that run others, or load modules, by names that no header has. */
export const programRules: readonly DataRule[] = [
  {
    name: "chromium",
    beyond: "joined",
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
    name: "gnupg",
    beyond: "joined",
    program: /^gpg(?:sm)?$/u,
    why: "has its keys handled by it",
    programs: ["/usr/bin/gpg-agent", "/usr/lib/gnupg/keyboxd", "/usr/libexec/keyboxd", "/usr/bin/gpgconf"],
    files: ["/etc/gnupg/*.conf"],
  },
  {
    name: "r",
    beyond: "joined",
    program: /^R$/u,
    why: "runs it when it starts and ends",
    programs: ["/usr/bin/rm", "/bin/sh", "/usr/bin/uname", "/usr/bin/which"],
  },
  {
    name: "xtables",
    beyond: "data",
    library: /^libxtables\.so\.\d+$/u,
    why: "opens a module for each match and target",
    objects: ["$LIB/xtables/*.so"],
    files: ["/etc/ethertypes"],
  },
  {
    name: "zsh",
    beyond: "joined",
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
