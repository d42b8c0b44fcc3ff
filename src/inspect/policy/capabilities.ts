import type { CapabilityName } from "../../spec/policy-kinds.ts";

/** Programs that give whoever gets into a container one and the same power. */
export interface Capability {
  readonly name: CapabilityName;
  /** The kind of its programs, to complete "it is". */
  readonly title: string;
  /** The use of it for an intruder, to complete "with it one can". */
  readonly use: string;
  /**
   * Points in the score for at least one such program; all of them sum to 100. A debugger has none of its own: each is
   * a program of another capability as well.
   */
  readonly weight: number;
  /** Names of programs, without versions. */
  readonly programs: readonly string[];
}

/**
 * Programs by what an attacker gains from finding them in a container. The names are those of the GTFOBins index
 * (checked on 2026-04-20) that give the capability, and programs of the same kind that it lacks. Names alone prove
 * little: `markers.ts` says how the programs are known under other names.
 */
export const capabilities: readonly Capability[] = [
  {
    name: "shell",
    title: "a shell",
    use: "run commands that are slipped into the application",
    weight: 25,
    programs: words(`
      sh ash bash dash ksh mksh zsh fish csh tcsh rbash yash sash rzsh ksh93 rksh hush nu osh elvish
      xonsh busybox toybox
    `),
  },
  {
    name: "package-manager",
    title: "a package manager",
    use: "install further programs",
    weight: 15,
    programs: words(`
      apt apt-get apt-cache aptitude dpkg dpkg-deb apk yum dnf dnf5 microdnf rpm rpm2cpio zypper
      pacman opkg pip pip3 pipx uv poetry pipenv conda mamba npm npx yarn yarnpkg pnpm corepack bun
      gem bundle cargo composer easy_install cpan luarocks snap flatpak nix brew
    `),
  },
  {
    name: "downloader",
    title: "a program that downloads or uploads",
    use: "fetch programs and send away what the container can read",
    weight: 15,
    programs: words(`
      curl wget wget2 aria2c ftp lftp tnftp tftp scp sftp rsync git smbclient lwp-download lwp-request
      httpie http axel rclone svn hg
    `),
  },
  {
    name: "network",
    title: "a network tool",
    use: "reach other machines and open a way in",
    weight: 12,
    programs: words(`
      nc ncat netcat socat telnet ssh openssl nmap tcpdump dig nslookup host whois ip ss tshark
      ssh-keyscan sshd dropbear dbclient gnutls-cli
    `),
  },
  {
    name: "interpreter",
    title: "an interpreter",
    use: "run scripts that are slipped into the application",
    weight: 12,
    programs: words(`
      perl python python2 python3 pypy pypy3 ruby irb node nodejs deno bun php lua luajit tclsh wish
      expect awk gawk mawk nawk original-awk java jrunscript jshell guile R Rscript pwsh gdb bpftrace
      julia erl
    `),
  },
  {
    name: "compiler",
    title: "a compiler or build tool",
    use: "make programs inside the container",
    weight: 6,
    programs: words(`
      gcc cc c++ g++ cc1 cc1plus cpp clang clang++ tcc as ld ld.bfd ld.gold ld.lld lld make gmake
      cmake ninja meson go rustc javac m4 nasm yasm gfortran ghc ocamlopt zig gccgo
    `),
  },
  {
    name: "encoder",
    title: "an encoder or archiver",
    use: "unpack what was smuggled in and pack what is to leave",
    weight: 5,
    programs: words(`
      base64 base32 basenc xxd od hexdump hd uuencode uudecode tar bsdtar cpio ar zip unzip gzip
      gunzip zcat bzip2 xz zstd 7z 7za 7zr dd
    `),
  },
  {
    name: "editor",
    title: "an editor or pager",
    use: "read and change files, and often start a shell",
    weight: 4,
    programs: words("vi vim nvim nano pico ed red emacs less more man sed view rview"),
  },
  {
    name: "launcher",
    title: "a program that starts others",
    use: "start programs past checks of their names",
    weight: 3,
    programs: words(`
      env xargs find timeout nohup nice ionice setarch stdbuf script flock watch start-stop-daemon
      run-parts setsid taskset time parallel
    `),
  },
  {
    name: "privilege",
    title: "a program that changes rights, users or containers",
    use: "gain rights or pass them on",
    weight: 3,
    programs: words(`
      sudo su doas pkexec runuser newgrp chsh chfn passwd gpasswd setcap capsh chroot unshare nsenter
      mount umount chmod chown docker podman ctr nerdctl kubectl runc crun strace crontab systemctl
      setpriv gosu su-exec
    `),
  },
  {
    name: "debugger",
    title: "a debugger or tracer",
    use: "read what other processes hold in memory",
    weight: 0,
    programs: words("gdb gdbserver lldb lldb-server strace ltrace bpftrace valgrind perf dlv"),
  },
];

/**
 * Programs that are many others by the name that they are started with, and the listed ones that they have at least;
 * which BusyBox has depends on how it was built, and stands in its bytes.
 */
export const multiCallPrograms: ReadonlyMap<string, readonly string[]> = new Map([
  ["busybox", []],
  [
    "coreutils",
    ["base32", "base64", "basenc", "chmod", "chown", "chroot", "dd", "env", "nice", "nohup", "od", "timeout"],
  ],
  ["toybox", ["base64", "chmod", "chroot", "cpio", "env", "find", "nc", "od", "sed", "tar", "timeout", "xargs", "xxd"]],
]);

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const byProgram: ReadonlyMap<string, readonly CapabilityName[]> = indexPrograms();

/**
 * The capabilities of a program of this name, whatever its version, suffix or target prefix; empty for any other name.
 */
export function capabilitiesOf(program: string): readonly CapabilityName[] {
  return byProgram.get(program) ?? [];
}

/** The listed program that a file's name stands for: `python3` for `python3.13`; undefined for any other name. */
export function programOfName(fileName: string): string | undefined {
  return spellings(fileName).find((name) => byProgram.has(name) || multiCallPrograms.has(name));
}

/** Every listed name, sorted: what a test may try to start. */
export function listedPrograms(): readonly string[] {
  return [...new Set([...byProgram.keys(), ...multiCallPrograms.keys()])].sort();
}

const targetPrefix = /^[a-z0-9_]+-(?:[a-z0-9]+-)?linux-(?:gnu|musl)[a-z0-9]*-/;
const versionSuffix = /[-.]?\d[\d.]*$/;
/** Debian's alternatives: nc.openbsd, vim.tiny, gawk.real. */
const variantSuffix = /\.(?:basic|distrib|gtk3?|nox|openbsd|real|tiny|traditional)$/;

function spellings(fileName: string): readonly string[] {
  const plain = fileName.replace(targetPrefix, "").replace(variantSuffix, "");
  return [fileName, plain, plain.replace(/\.\d[\d.]*$/, ""), plain.replace(versionSuffix, "")];
}

function indexPrograms(): ReadonlyMap<string, readonly CapabilityName[]> {
  const index = new Map<string, CapabilityName[]>();
  for (const { name, programs } of capabilities) {
    for (const program of programs) index.set(program, [...(index.get(program) ?? []), name]);
  }
  return index;
}
