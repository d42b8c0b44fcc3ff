import { type AbsPath, baseName, childOf, type FileStat, parentOf, rootPath } from "./rootfs.ts";
import { isSystemDirectory } from "./system-directories.ts";

/** Documents, headers, and what builds, tests, starts, completes or schedules: no program reads it at run time. */
const notForRunning =
  /^\/usr\/(?:local\/)?(?:include|src|share\/(?:aclocal|appdata|applications|apport|bash-completion|bug|cmake|dbus-1\/services|doc|doc-base|emacs\/site-lisp|fish|gdb|gir-1\.0|gtk-doc|help|icons|info|initramfs-tools|lintian|locale|man|menu|metainfo|mime-info|omf|pixmaps|pkgconfig|python3\/(?:bcep|dist|runtime\.d)|runit|systemtap|vala|vim\/(?:addons|registry|vimfiles)|zsh))\/|^\/etc\/(?:alternatives|apparmor\.d|apt|bash_completion\.d|cron\.\w+|default|init|init\.d|insserv\.conf\.d|logcheck|logrotate\.d|network|rc\S\.d|rsyslog\.d|runit|skel|sv|systemd|ufw|xdg\/autostart)\/|^\/(?:usr\/)?lib\/(?:systemd|tmpfiles\.d|sysusers\.d|udev|debug|modprobe\.d|modules-load\.d|sysctl\.d)\/|^\/var\/lib\/(?:ucf|dpkg|apt|systemd)\/|\/(?:lib(?:32|64|x32)?(?:\/[^/]+-linux-\w+)?|share)\/(?:pkgconfig|cmake|testsuite)\/|^\/usr\/share\/[^/]+\/dpkg\//u;

const tests = /\/share\/[^/]+\/(?:t\/[^/]+\.t|testsuite)$/u;
const compilersFile = /\.(?:a|h|hpp|hxx|o|cmt|cmti|mli|pc)$/u;

/** Data of programs is not for compilers, whatever its ending is: `/usr/share/cups/ppdc/font.h`. */
const programsData = /^\/usr\/(?:local\/)?share\/(?!(?:.*\/)?(?:include|headers?|src|devel)\/)/u;

const linkersFile = /\.(?:h|hpp|hxx|o)$/u;
const privateDirectory =
  /^\/usr\/(?:local\/)?(?:share|lib(?:32|64|exec)?)\/(?:[^/]+-linux-[a-z0-9_]+\/)?(?![^/]+-linux-[a-z0-9_]+\/)[^/]+\//u;

const idle = /^(?:\/usr)?\/bin\/(?:true|false)$/u;
const shell = /\/(?:ba|da|k|mk|z)?sh$/u;
const smallBytes = 2 ** 18;

const programDirectory = /^(?:\/usr(?:\/local)?)?\/s?bin$|^\/usr\/(?:local\/)?games$/u;
const libraryDirectory = /^(?:\/usr(?:\/local)?)?\/lib(?:32|64|x32)?(?:\/[^/]+-linux-[a-z0-9_]+)?$/u;
const sharedObject = /\.so(?:\.[\w.]+)?$/u;

/** The use of a file of a package, by its path. */
export type PackageFileUse =
  /** Read, loaded or started by the package's programs. */
  | "run-time"
  /** A program on the PATH: it ships only where something names it. */
  | "command"
  /** A library in a directory of the loader: it ships only where an object needs it. */
  | "library"
  /** Documents, headers, units, completions. */
  | "not-for-running";

/** True for tests of a package, which are for its makers alone: those of Perl's harness, and what runs them. */
export function isTest(path: AbsPath): boolean {
  return tests.test(path);
}

/** Tells what a file of a package is for. */
export function useOf(path: AbsPath): PackageFileUse {
  if (notForRunning.test(`${path}/`) || isTest(path)) return "not-for-running";
  if (compilersFile.test(path) && !programsData.test(path)) return "not-for-running";
  const directory = parentOf(path);
  if (programDirectory.test(directory)) return "command";
  if (!libraryDirectory.test(directory)) return "run-time";
  // Beside plug-ins, libtool's own loader reads these.
  if (path.endsWith(".la")) return "not-for-running";
  return sharedObject.test(baseName(path)) ? "library" : "run-time";
}

/**
 * True for what ships of any package where it is named: a small file, a program that does nothing but answer, and one
 * that every system has, other than a shell.
 */
export function isSlight(path: AbsPath, bytes: number, isEssential = false): boolean {
  if (idle.test(path)) return true;
  const use = useOf(path);
  return bytes <= smallBytes && (use === "run-time" || (isEssential && use === "command" && !shell.test(path)));
}

/**
 * True for headers and objects in a directory of their package's own: its programs may be a compiler or an interpreter.
 */
export function isPrivateToPackage(path: AbsPath): boolean {
  return linkersFile.test(path) && privateDirectory.test(path) && !notForRunning.test(path);
}

/**
 * The program or package that a directory of the system has its name from: `cron` of `/etc/cron.d/x`, `gdb` of
 * `/usr/share/gdb/python`. What lies there is for that one, and for no other.
 */
export function audienceOf(path: AbsPath): string | undefined {
  return isTest(path) ? undefined : /^\/(?:usr\/(?:local\/)?share|etc)\/([^/.]+)/u.exec(path)?.[1];
}

const commandsOfLists = new WeakMap<readonly AbsPath[], readonly AbsPath[]>();

/** Programs on the PATH in a list of files that does not change, such as the one of a package. */
export function commandsAmong(files: readonly AbsPath[]): readonly AbsPath[] {
  const found = commandsOfLists.get(files) ?? files.filter((path) => useOf(path) === "command");
  commandsOfLists.set(files, found);
  return found;
}

/** The topmost directory above a file that is not one of the system: `/usr/lib/x` of `/usr/lib/x/y/z`. */
export function ownDirectory(file: AbsPath): AbsPath | undefined {
  if (useOf(file) !== "run-time") return undefined;
  let found: AbsPath | undefined;
  for (let path = parentOf(file); path !== rootPath && !isSystemDirectory(path); path = parentOf(path)) found = path;
  return found;
}

/** True for files of directories of settings: `/etc`, and those of places for what no package brought. */
export function isSettingsFile(path: AbsPath): boolean {
  return /^\/(?:usr\/local\/|opt\/(?:[^/]+\/)?)?etc\//u.test(path);
}

/**
 * True for settings, a `.muttrc` among them, in which lines may be commands, wherever they lie; of sources of a
 * language, its run-time reads those.
 */
export function hasSettings(path: AbsPath): boolean {
  if (isForMakers(path)) return false;
  return /\/etc\/|\.(?:cfg|cnf|conf|config|ini|json|properties|rules|toml|xml|ya?ml)$|\/(?:[\w.-]{2,})?rc$/u.test(path);
}

/** What hosts of sources, builders of images and checks of sources read, and no program that is shipped. */
const forMakers =
  /\/\.(?:git\w*|forgejo|\w*ci)\/|\/(?:\.(?:gitlab-ci|travis|pre-commit-config|readthedocs)|appveyor|(?:docker-)?compose(?:[.-][\w.-]*)?)\.ya?ml$|\/(?:Docker|Container|Vagrant)file(?:\.[\w.-]+)?$|\.dockerfile$|\/tox\.ini$/u;

/** True for a file that tells how the sources beside it are tested, built and published. */
export function isForMakers(path: AbsPath): boolean {
  return forMakers.test(path);
}

/** True for files with rules that start commands: those of make, and promises of CFEngine. */
export function isRecipeFile(path: AbsPath): boolean {
  return /\/(?:(?:GNU|BSD)?[Mm]akefile|[^/]+\.(?:cf|mk))$/u.test(path);
}

/** True for names of parts of settings, in a directory beside those that name it. */
export function mayBeIncluded(path: AbsPath): boolean {
  return !hasExtension(path) || /\.(?:cfg|cnf|conf|ini|rc|rules)$/u.test(path);
}

/** True for settings that a directory holds for who is given it: `conf.d/10-own.cfg`. */
export function isPartOfSettings(path: AbsPath): boolean {
  return /\.(?:cfg|cnf|conf|ini|rules)$/u.test(path);
}

/** True for sources of languages whose run-times are not asked what they start. */
export function isScriptOfOther(path: AbsPath): boolean {
  return /\.(?:awk|bb|bsh|cl|cljc?|csx|el|erl|escript|exp|exs?|fnl|fsx|gp|gnuplot|groovy|hs|janet|jl|kts|lisp|lsp|lua|m|m4|ml|nims|njs|oct|p6|pike|plt|ps1|psql|[rR]|raku(?:mod)?|rexx|rkt|sc(?:ala)?|scm|sql|ss|tcl|tk|vim)$/u.test(
    path,
  );
}

/** True for sources of languages whose run-times tell what a source starts. */
export function isSource(path: AbsPath): boolean {
  return /\.(?:[cm]?[jt]sx?|inc|php|p[lm]|pyw?|rb)$/u.test(path);
}

/** True for directories of state, whose contents come and go while programs run. */
export function isStateDirectory(path: AbsPath): boolean {
  return /^\/(?:run|var\/(?:cache|lib|lock|log|mail|run|spool|tmp))\//u.test(path);
}

/** True for directories of which only the directory itself is wanted: what lies in them was written by a run. */
export function isScratchDirectory(path: AbsPath): boolean {
  return /^\/(?:run|tmp|var\/(?:cache|lock|log|run|tmp))\//u.test(path);
}

/**
 * True for a directory in which what comes and goes lies, `/var/tmp` itself, where a program names it. Libraries have
 * lists of such, of which one is enough.
 */
export function isScratchPlaceOf(from: AbsPath, directory: AbsPath): boolean {
  return useOf(from) !== "library" && isScratchDirectory(childOf(directory, "x"));
}

/** True for a file that not everybody may read: only the spec may bring it. */
export function isPrivateTo({ kind, mode }: FileStat): boolean {
  return kind === "file" && (mode & 0o004) === 0;
}

/** True for a name that ends in a full stop and more. */
export function hasExtension(path: AbsPath): boolean {
  return path.lastIndexOf(".") > path.lastIndexOf("/");
}

const job = /^\/etc\/cron\.\w+\//u;

/**
 * True for what no program of an image reads in a directory that something names, unless what names it knows what lies
 * there (`isMeant`). A job of a package that every system of the distribution has is not for an image, whoever names
 * it: it looks after the packages and logs of a machine.
 */
export function isForOthers(
  path: AbsPath,
  owner: { isOfSystem?(): boolean } | undefined,
  isMeant: boolean | undefined,
): boolean {
  if (isMeant !== true) return useOf(path) === "not-for-running";
  return job.test(path) && owner?.isOfSystem?.() === true;
}

/** True for a file that each container has of its own, whatever its image holds. */
export function isOfContainers(path: AbsPath): boolean {
  return path === "/etc/hostname";
}

const ofServiceManager =
  /^\/etc\/(?:cron\.\w+|init|init\.d|logrotate\.d|network|runit|sv)\/|^\/(?:usr\/)?lib\/(?:systemd|udev)\//u;

/** True for what starts programs on a system that boots, and not in an image: units, scripts for a time or a device. */
export function isOfServiceManager(path: AbsPath): boolean {
  return ofServiceManager.test(path);
}
