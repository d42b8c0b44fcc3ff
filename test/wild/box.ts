import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, fchownSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What runs, in the words of an image's configuration. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** A name or number of the root's accounts, with a group behind a colon if it has one. */
  readonly user: string;
}

/** A root in which commands run as an engine runs them: read-only, without a network but loopback, as the image's user. */
export interface Box {
  /** Its directories that mounts need are made. */
  readonly root: string;
  /** Where outputs go. */
  readonly folder: string;
  readonly tmpfs: readonly string[];
  readonly volumes: readonly string[];
  /** Where a trace of all system calls that name files goes. */
  readonly traceFile?: string;
}

/** A command that was started in a box. `pid` is in its network. */
export interface Started {
  readonly pid: number;
  /** The exit code, 128 and the number for a signal; undefined while it runs. */
  ended(): number | undefined;
  /** Waits for the end, at most so long; false when it goes on. */
  waitFor(milliseconds: number): Promise<boolean>;
  stop(): Promise<void>;
  stdout(): string;
  stderr(): string;
}

// Of Docker: what root may do in a container.
const capabilities =
  "+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap";

const script = `
root=$1 tmpfs=$2 volumes=$3 trace=$4 ready=$5; shift 5
ip link set lo up
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
hostname wild
mount --bind "$root" "$root"
cd "$root"
mkdir -p proc dev tmp etc sys
for file in hosts resolv.conf hostname; do
  if [ ! -e "etc/$file" ]; then rm -f "etc/$file"; : > "etc/$file"; fi
done
mkdir -p "$ready.etc"
printf '127.0.0.1\\tlocalhost\\n::1\\tlocalhost\\n127.0.0.1\\twild\\n' > "$ready.etc/hosts"
: > "$ready.etc/resolv.conf"
echo wild > "$ready.etc/hostname"
for place in $tmpfs $volumes; do mkdir -p ".$place"; done
mount -o remount,bind,ro "$root" .
cd "$root"
for file in hosts resolv.conf hostname; do mount --bind "$ready.etc/$file" "etc/$file"; done
mount -t proc proc proc
mount -t tmpfs -o mode=755 dev dev
for device in null zero full random urandom tty; do : > dev/$device; mount --bind /dev/$device dev/$device; done
mkdir dev/shm dev/pts dev/mqueue
mount -t tmpfs -o mode=1777 shm dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
ln -s /proc/self/fd dev/fd; ln -s /proc/self/fd/0 dev/stdin; ln -s /proc/self/fd/1 dev/stdout; ln -s /proc/self/fd/2 dev/stderr
ln -s pts/ptmx dev/ptmx
for place in $tmpfs; do mount -t tmpfs -o mode=1777 tmpfs ".$place"; done
for place in $volumes; do
  mkdir -p "$ready.volume$place"
  cp -a ".$place/." "$ready.volume$place/"
  chown --reference=".$place" "$ready.volume$place"; chmod --reference=".$place" "$ready.volume$place"
  mount --bind "$ready.volume$place" ".$place"
done
: > "$ready"
set -- setpriv --bounding-set="-all,${capabilities}" -- "$@"
if [ "$trace" != "" ]; then set -- strace -f -qq -y -s 4096 -e trace=%file,connect -o "$trace" "$@"; fi
exec "$@"
`;

/** Starts a command in a box. */
export async function start(box: Box, command: Command, stdin?: string): Promise<Started> {
  mkdirSync(box.folder, { recursive: true });
  const [stdoutFile, stderrFile, ready] = ["stdout", "stderr", "ready"].map((name) => join(box.folder, name));
  if (stdoutFile === undefined || stderrFile === undefined || ready === undefined) throw new Error("three are three");
  const account = findAccount(box.root, command.user);
  const input = join(box.folder, "stdin");
  writeFileSync(input, stdin ?? "");
  const streams = [openSync(input, "r"), openSync(stdoutFile, "a"), openSync(stderrFile, "a")];
  // The program may open its outputs again, by their names in /dev.
  for (const stream of streams) fchownSync(stream, account.uid, account.gid);
  const env = { HOME: account.home, HOSTNAME: "wild", ...command.env };
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const places = [box.root, box.tmpfs.join(" "), box.volumes.join(" "), box.traceFile ?? "", ready];
  const identity = [`--setgid=${account.gid}`, `--setuid=${account.uid}`];
  const enter = ["/usr/bin/unshare", ...identity, `--root=${box.root}`, `--wd=${command.workdir}`, ...command.argv];
  const namespaces = ["--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "--kill-child"];
  const child = spawn(
    "unshare",
    [...namespaces, "sh", "-ec", script, "sh", ...places, "env", "-i", ...variables, ...enter],
    {
      stdio: [streams[0] ?? 0, streams[1] ?? 1, streams[2] ?? 2],
      cwd: "/",
    },
  );
  for (const stream of streams) closeSync(stream);
  const started = follow(child, { stdoutFile, stderrFile });
  for (let wait = 0; wait < 200 && !existsSync(ready) && started.ended() === undefined; wait++) await delay(25);
  return started;
}

function follow(
  child: ChildProcess,
  { stdoutFile, stderrFile }: { readonly stdoutFile: string; readonly stderrFile: string },
): Started {
  let code: number | undefined;
  const end = new Promise<boolean>((resolve) => {
    child.once("error", () => {
      code = 127;
      resolve(true);
    });
    child.once("exit", (status, signal) => {
      code = status ?? (signal === null ? 1 : 137);
      resolve(true);
    });
  });
  return {
    pid: child.pid ?? 0,
    ended: () => code,
    waitFor: async (milliseconds) => Promise.race([end, delay(milliseconds, false, { ref: false })]),
    async stop() {
      // All of a namespace go with its first process.
      for (const pid of childrenOf(child.pid)) process.kill(pid, "SIGKILL");
      child.kill("SIGKILL");
      await end;
    },
    stdout: () => readFileSync(stdoutFile, "utf8"),
    stderr: () => readFileSync(stderrFile, "utf8"),
  };
}

function childrenOf(pid: number | undefined): readonly number[] {
  const file = `/proc/${pid ?? 0}/task/${pid ?? 0}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split(" ")
    .filter((text) => text !== "")
    .map(Number);
}

interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** What an engine makes of an image's user: looked up in the image's own accounts. */
function findAccount(root: string, user: string): Account {
  const [name = "", group] = user.split(":");
  const line = lines(root, "etc/passwd").find((fields) => fields[0] === name || fields[2] === name);
  if (line === undefined && !/^\d+$/u.test(name)) throw new Error(`cannot find the user ${name} in the image`);
  const gid =
    group === undefined ? line?.[3] : (lines(root, "etc/group").find((fields) => fields[0] === group)?.[2] ?? group);
  return { uid: Number(line?.[2] ?? name), gid: Number(gid ?? 0), home: line?.[5] ?? "/" };
}

function lines(root: string, file: string): readonly (readonly string[])[] {
  const hostPath = join(root, file);
  if (!existsSync(hostPath)) return [];
  return readFileSync(hostPath, "utf8")
    .split("\n")
    .map((line) => line.split(":"));
}
