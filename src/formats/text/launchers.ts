import { afterOptions, parseEnv } from "./env-command.ts";

/** How a program that runs another one reads its arguments. */
interface Launcher {
  /** Options that take the next argument as their value, when it is not joined to them. */
  readonly valued: readonly string[];
  /** Arguments that come before the command: a user, a duration. */
  readonly positional: number;
  /** Options without which a shell is given the command, its words in one line. */
  readonly direct?: readonly string[];
}

const plain: Launcher = { valued: [], positional: 0 };

/** Programs of which the manual says that they run the command in their arguments, by base name. */
const launchers: Readonly<Record<string, Launcher>> = {
  catatonit: plain,
  chroot: { valued: [], positional: 1 },
  chrt: { valued: ["-T", "-P", "-D", "--sched-runtime", "--sched-period", "--sched-deadline"], positional: 1 },
  "dumb-init": { valued: ["-r", "--rewrite"], positional: 0 },
  eatmydata: plain,
  faketime: { valued: [], positional: 1 },
  flock: { valued: ["-w", "--wait", "--timeout", "-E", "--conflict-exit-code"], positional: 1 },
  gosu: { valued: [], positional: 1 },
  ionice: { valued: ["-c", "--class", "-n", "--classdata"], positional: 0 },
  nice: { valued: ["-n", "--adjustment"], positional: 0 },
  nohup: plain,
  setpriv: {
    valued: [
      "--ambient-caps",
      "--inh-caps",
      "--bounding-set",
      "--ruid",
      "--euid",
      "--reuid",
      "--rgid",
      "--egid",
      "--regid",
      "--groups",
      "--securebits",
      "--pdeathsig",
      "--selinux-label",
      "--apparmor-profile",
    ],
    positional: 0,
  },
  setsid: plain,
  stdbuf: { valued: ["-i", "--input", "-o", "--output", "-e", "--error"], positional: 0 },
  "su-exec": { valued: [], positional: 1 },
  timeout: { valued: ["-k", "--kill-after", "-s", "--signal"], positional: 1 },
  time: { valued: ["-f", "--format", "-o", "--output"], positional: 0 },
  tini: { valued: ["-p", "-e"], positional: 0 },
  "tini-static": { valued: ["-p", "-e"], positional: 0 },
  unbuffer: plain,
  watch: { valued: ["-n", "--interval"], positional: 0, direct: ["-x", "--exec"] },
  xargs: {
    valued: ["-a", "--arg-file", "-d", "--delimiter", "-E", "-I", "-L", "-n", "--max-args", "-P", "--max-procs", "-s"],
    positional: 0,
  },
};

/**
 * The command that a program runs on behalf of its arguments: `tini -- nginx`, `gosu www-data php-fpm`. Undefined where
 * `name`, the base name of a program, is none of those, or is given no command.
 */
export function launchedCommand(name: string, args: readonly string[]): readonly string[] | undefined {
  if (name === "env") return parseEnv(args);
  const text = commandForShell(name, args);
  if (text !== undefined) return text;
  const launcher = Object.hasOwn(launchers, name) ? launchers[name] : undefined;
  if (launcher === undefined) return undefined;
  const rest = afterOptions(args, (arg) =>
    launcher.valued.includes(arg) ? 2 : arg.startsWith("-") && arg !== "-" ? 1 : 0,
  );
  const command = rest.slice(launcher.positional);
  // A text for the shell is no program: `flock /run/lock -c "date; id"`.
  if (command.length === 0 || command[0] === "-c") return undefined;
  const isDirect = launcher.direct === undefined || args.some((arg) => launcher.direct?.includes(arg) === true);
  return isDirect ? command : ["/bin/sh", "-c", command.join(" ")];
}

/** Options of su(1) and runuser(1) with a value. */
const userOptions: Readonly<Record<string, "shell" | "command" | "other">> = {
  "-s": "shell",
  "--shell": "shell",
  "-c": "command",
  "--command": "command",
  "--session-command": "command",
  "-g": "other",
  "--group": "other",
  "-G": "other",
  "--supp-group": "other",
  "-w": "other",
  "--whitelist-environment": "other",
};

/** The shell and its text where a program runs it as another user: `su -s /bin/sh app -c "server --now"`. */
function commandForShell(name: string, args: readonly string[]): readonly string[] | undefined {
  if (name !== "su" && name !== "runuser") return undefined;
  let shell = "/bin/sh";
  let command: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") break;
    const [option = "", ...joined] = arg.startsWith("--") ? arg.split("=") : [arg];
    const kind = Object.hasOwn(userOptions, option) ? userOptions[option] : undefined;
    if (kind === undefined) continue;
    const value = joined.length > 0 ? joined.join("=") : args[++index];
    if (kind === "shell") shell = value ?? shell;
    if (kind === "command") command = value;
  }
  return command === undefined ? undefined : [shell, "-c", command];
}
