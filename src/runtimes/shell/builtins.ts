/**
 * Commands that a shell of the family runs itself: those of POSIX, dash and bash (POSIX.1-2024 "Shell Command
 * Language", bash(1) "SHELL BUILTIN COMMANDS"). `exec`, `command`, `.` and the like are among them, though what they
 * name is looked at.
 */
export const builtins: ReadonlySet<string> = new Set(
  (
    ". : [ alias bg bind break builtin caller case cd chdir command compgen complete compopt continue declare dirs disown echo " +
    "enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read " +
    "readarray readonly return select set shift shopt source suspend test time times trap true type typeset ulimit umask unalias " +
    "unset wait"
  ).split(" "),
);

/** True for a command that only says whether there are programs of some names. */
export function isLookup(name: string, [option = ""]: readonly string[]): boolean {
  return name === "type" || name === "which" || name === "hash" || (name === "command" && /^-[vV]$/u.test(option));
}

/** True for an absolute path with characters that stand for others, and nothing that cannot be told. */
export function isPathPattern(text: string): boolean {
  return /^\/[^$`"'{}\n]*[*?[][^$`"'{}\n]*$/u.test(text);
}

/** True for a text that stands as it was written, for it cannot be told. */
export function isPattern(text: string): boolean {
  return /["'$`*?[]/u.test(text);
}
