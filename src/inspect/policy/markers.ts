import type { PatternMarker, ProgramMarker } from "../../languages/markers.ts";
import { runtimeMarkers } from "../../runtimes/markers.gen.ts";

/**
 * How programs are known by content. The texts are messages and symbols that stripping leaves alone. Each was found in
 * its program and, but for programs of the same capability, in no other of the 450 of Debian 13 that were searched;
 * those that Debian has not (apk, kubectl, coreutils as one program) are from their sources.
 */
const systemPrograms: readonly ProgramMarker[] = [
  { program: "busybox", texts: ["BusyBox v", "multi-call binary that combines many"] },
  { program: "toybox", texts: ["Toybox %s multicall binary"] },
  { program: "coreutils", texts: ["Execute the PROGRAM_NAME built-in program with the given"] },

  { program: "bash", texts: ["GNU bash, version %s"] },
  { program: "dash", texts: ["Syntax error: %s", "getopts optstring var [arg...]"] },
  { program: "zsh", texts: ["show zsh version number, then exit"] },
  { program: "mksh", texts: ["MIRBSD KSH"] },
  { program: "ksh", texts: [".sh.version", "KSH_VERSION="] },
  { program: "tcsh", texts: ["sched [+]hh:mm <command>"] },
  { program: "fish", texts: ["Fish cannot find its asset files"] },
  { program: "sash", texts: ["Stand-alone shell (version"] },

  { program: "apt", texts: ["Usage: apt [options] command"] },
  { program: "apt-get", texts: ["Usage: apt-get [options] command"] },
  { program: "apt-cache", texts: ["Usage: apt-cache [options] command"] },
  { program: "aptitude", texts: ["aptitude [options] <action>"] },
  { program: "dpkg", texts: ["package management program version %s"] },
  { program: "dpkg-deb", texts: ["package archive backend version %s"] },
  { program: "apk", texts: ["apk-tools %s, compiled for"] },
  { program: "rpm", texts: ["only installation and upgrading may be forced"] },
  { program: "zypper", texts: ["zypper addrepo"] },
  { program: "pacman", texts: ["Pacman v%s"] },

  { program: "curl", texts: ["Usage: curl [options...] <url>"] },
  { program: "wget", texts: ["identify as AGENT instead of Wget/VERSION"] },
  { program: "wget2", texts: ["Display the version of Wget and exit."] },
  { program: "aria2c", texts: ["N5aria27ContextD"] },
  { program: "lftp", texts: ["LFTP | Version %s"] },
  { program: "tnftp", texts: ["has been enhanced by Luke Mewburn"] },
  { program: "tftp", texts: ["connect to remote tftp"] },
  { program: "scp", texts: ["usage: scp [-"] },
  { program: "sftp", texts: ["usage: %s [-46AaCfNpqrv]"] },
  { program: "rsync", texts: ["rsync error: %s (code %d)"] },
  { program: "git", texts: ["See 'git help git' for an overview of the system."] },
  { program: "smbclient", texts: ["Client started (version %s)."] },

  { program: "nc", texts: ["usage: nc [-"] },
  { program: "nc", texts: ["nc -l -p port [-options]"] },
  { program: "ncat", texts: ["Usage: ncat [options] [hostname] [port]"] },
  { program: "socat", texts: ["socat by Gerhard Rieger"] },
  { program: "telnet", texts: ["please use 'set escape%s%s' in the future"] },
  { program: "ssh", texts: ["usage: ssh [-"] },
  { program: "openssl", texts: ["apps/s_client.c"] },
  { program: "nmap", texts: ["Nmap done: %u"] },
  { program: "tcpdump", texts: ["packet%s captured", "packet%s dropped by kernel"] },
  { program: "dig", texts: ['Use "dig -h" (or "dig -h | more") for complete list'] },
  { program: "nslookup", texts: ["nslookup [-opt ...] host server"] },
  { program: "whois", texts: ["query specified server info"] },
  { program: "ip", texts: ["Usage: ip [ OPTIONS ] OBJECT"] },
  { program: "ss", texts: ["Usage: ss [ OPTIONS ]"] },

  { program: "gawk", texts: ["GAWK_READ_TIMEOUT"] },
  { program: "mawk", texts: ["MAWK_LONG_OPTIONS"] },
  { program: "original-awk", texts: ["usage: %s [-F fs | --csv]"] },
  { program: "expect", texts: ["Expect_Init failed: %s"] },

  { program: "gcc", texts: ["%(invoke_as)"] },
  { program: "cc1", texts: ["GGC heuristics: --param ggc-min-expand"] },
  { program: "tcc", texts: ["tcc version "] },
  { program: "clang", texts: ["clang LLVM compiler"] },
  { program: "as", texts: ["GNU assembler version %s"] },
  { program: "ld", texts: ["GNU ld %s"] },
  { program: "make", texts: ["GNU Make %s"] },
  { program: "m4", texts: ["Process macros in FILEs."] },
  { program: "go", texts: ["Go is a tool for managing Go source code."] },
  { program: "rustc", texts: ["rustc_driver_impl"] },
  { program: "cmake", texts: ["cmake version "] },

  { program: "base64", texts: ["encode or decode FILE, or standard input, to standard output."] },
  { program: "xxd", texts: ["by Juergen Weigert"] },
  { program: "od", texts: ["Write an unambiguous representation, octal bytes"] },
  { program: "hexdump", texts: ["hexdump(1)"] },
  { program: "uuencode", texts: ["uuencode usage error:"] },
  { program: "uudecode", texts: ["uudecode usage error:"] },
  { program: "tar", texts: ["GNU 'tar' saves many files together"] },
  { program: "tar", texts: ["GNU `tar' saves many files together"] },
  { program: "cpio", texts: ["copies files to and from archives"] },
  { program: "ar", texts: ["[emulation options] [-]{dmpqrstx}"] },
  { program: "zip", texts: ["zip [-options] [-b path]"] },
  { program: "unzip", texts: ["Extended Help for UnZip"] },
  { program: "gzip", texts: ["Compress or uncompress FILEs"] },
  { program: "xz", texts: ["Compress or decompress FILEs in the .xz format."] },
  { program: "dd", texts: ["Copy a file, converting and formatting according to the operands."] },

  { program: "vim", texts: ["VIM - Vi IMproved"] },
  { program: "nano", texts: ["GNU nano, version %s"] },
  { program: "ed", texts: ["GNU ed is a line-oriented text editor."] },
  { program: "less", texts: ["LESS_TERMCAP_%s"] },
  { program: "more", texts: ["MORE environment variable"] },
  { program: "sed", texts: ["add the script to the commands to be executed"] },

  { program: "env", texts: ["Set each NAME to VALUE in the environment and run COMMAND."] },
  { program: "xargs", texts: ["Run COMMAND with arguments INITIAL-ARGS"] },
  { program: "find", texts: ["[-H] [-L] [-P] [-Olevel]"] },
  { program: "timeout", texts: ["Start COMMAND, and kill it if still running after DURATION."] },
  { program: "nohup", texts: ["Run COMMAND, ignoring hangup signals."] },
  { program: "start-stop-daemon", texts: ["Usage: start-stop-daemon [<option>...] <command>"] },
  { program: "nice", texts: ["Run COMMAND with an adjusted niceness"] },
  { program: "stdbuf", texts: ["Run COMMAND, with modified buffering operations"] },
  { program: "setarch", texts: ["setarch(8)"] },
  { program: "flock", texts: ["flock(1)"] },

  { program: "sudo", texts: ["Sudo version %s"] },
  { program: "su", texts: ["FAILED SU "] },
  { program: "runuser", texts: ["FAILED RUNUSER "] },
  { program: "chroot", texts: ["Run COMMAND with root directory set to NEWROOT."] },
  { program: "unshare", texts: ["unshare(1)"] },
  { program: "nsenter", texts: ["nsenter(1)"] },
  { program: "mount", texts: ["mount(8)"] },
  { program: "umount", texts: ["umount(8)"] },
  { program: "chmod", texts: ["[OPTION]... MODE[,MODE]... FILE..."] },
  { program: "chown", texts: ["Change the owner and/or group of each FILE to OWNER and/or GROUP."] },
  { program: "gpasswd", texts: ["Changing the password for group %s"] },
  { program: "chsh", texts: ["Changing the login shell for %s"] },
  { program: "passwd", texts: ["passwd: password updated successfully"] },
  { program: "runc", texts: ["github.com/opencontainers/runc/libcontainer"] },
  { program: "docker", texts: ["github.com/docker/cli/cli/command"] },
  { program: "kubectl", texts: ["k8s.io/kubectl/pkg/cmd"] },

  { program: "gdb", texts: ["GNU gdb %s%s"] },
  { program: "strace", texts: ["https://strace.io", "Process %u attached"] },
  { program: "ltrace", texts: ["ltrace about to exit"] },
  { program: "bpftrace", texts: ["BPFTRACE_"] },
];

/** The same of every program, those of the run-times last. */
export const programMarkers: readonly ProgramMarker[] = [
  ...systemPrograms,
  ...runtimeMarkers.flatMap(({ programs = [] }) => programs),
];

/** Package managers and the like that are scripts: a pattern of their first bytes. */
export const scriptMarkers: readonly PatternMarker[] = [
  { program: "dnf", pattern: /^from dnf\.cli import main/m },
  ...runtimeMarkers.flatMap(({ scripts = [] }) => scripts),
];

/** Programs that are modules: an interpreter runs them by their path, whether or not it may be executed. */
export const modulePaths: readonly PatternMarker[] = runtimeMarkers.flatMap(({ modules = [] }) => modules);
