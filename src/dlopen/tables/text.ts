import type { DataRule } from "../data-rule.ts";

/** Terminals that containers meet; the whole database has three thousand. */
const terminals = [
  "ansi",
  "dumb",
  "linux",
  "rxvt",
  "rxvt-unicode",
  "rxvt-unicode-256color",
  "screen",
  "screen-256color",
  "tmux",
  "tmux-256color",
  "vt100",
  "vt102",
  "vt220",
  "xterm",
  "xterm-256color",
  "xterm-color",
];
const terminfoFolders = ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"];

/** Databases of characters, file types and terminals. */
export const textRules: readonly DataRule[] = [
  {
    name: "icu",
    beyond: "data",
    library: /^libicuuc\.so\.(\d+)$/u,
    why: "has its data in it, where its own library of data holds none",
    files: ["/usr/share/icu/*/icudt$1[lb].dat"],
  },
  {
    name: "libmagic",
    beyond: "data",
    library: /^libmagic\.so\.\d+$/u,
    why: "knows types of files by it",
    files: [
      "/etc/magic",
      "/etc/magic.mime",
      "/usr/share/misc/magic.mgc",
      "/usr/share/file/magic.mgc",
      "/usr/share/magic.mgc",
      "/usr/lib/file/magic.mgc",
    ],
  },
  {
    name: "shared-mime-info",
    beyond: "generated",
    library: /^libgio-2\.0\.so\.0$/u,
    imports: ["g_content_type_*", "g_file_info_get_content_type", "g_app_info_get_default_for_type"],
    why: "knows types of files by it",
    files: ["/usr/share/mime/mime.cache", "/usr/share/mime/aliases", "/usr/share/mime/subclasses"],
  },
  {
    name: "terminfo",
    beyond: "data",
    library: /^lib(?:tinfo|ncurses)w?\.so\.\d+$/u,
    why: "knows terminals by it",
    files: terminfoFolders.flatMap((folder) => terminals.map((name) => `${folder}/${name.charAt(0)}/${name}`)),
  },
];
