import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, fchownSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** The command that runs, in the words of an image's configuration. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** A name or number of the root's accounts, with a group behind a colon if it has one. */
  readonly user: string;
}

/**
 * A root in which commands run as an engine runs them: read-only, with no network but loopback, as the image's user.
 */
export interface Box {
  /** Directories that mounts need are made in it. */
  readonly root: string;
  /** For the outputs. */
  readonly folder: string;
  /** Directories of memory, as `docker run --tmpfs` names them: `PATH` or `PATH:OPTIONS`. */
  readonly tmpfs: readonly string[];
  /** Directories that can be written, and begin with the content that the root has there. */
  readonly volumes: readonly string[];
  /** `none`: as `--cap-drop=ALL --security-opt=no-new-privileges` does; takes a user other than root. */
  readonly capabilities: "usual" | "none";
  /** For a trace of all system calls that name files. */
  readonly traceFile?: string;
}

/** A command that was started in a box. */
export interface Started {
  /** A process in its network. */
  readonly pid: number;
  /** The exit code, 128 and the number for a signal; undefined while it runs. */
  ended(): number | undefined;
  /** Waits for the end, at most so long; false when it goes on. */
  waitFor(milliseconds: number): Promise<boolean>;
  stop(): Promise<void>;
  stdout(): string;
  stderr(): string;
}

/** Capabilities of root in a container of Docker. */
const usualCapabilities: readonly string[] =
  "chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot mknod audit_write setfcap".split(
    " ",
  );

/** Whatever is needed to become a user in another root; the user has none of them. */
const enteringCapabilities: readonly string[] = ["setgid", "setuid", "sys_chroot"];

// Its arguments: root, memory, volumes, trace, folder, capabilities, and the command. The places of memory are
// PATH:OPTIONS.
const script = `
root=$1 memory=$2 volumes=$3 trace=$4 folder=$5 capabilities=$6; shift 6
ip link set lo up
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
hostname box
mount --bind "$root" "$root"
cd "$root"
mkdir -p proc dev sys etc
for file in hosts resolv.conf hostname; do
  if [ ! -e "etc/$file" ]; then rm -f "etc/$file"; : > "etc/$file"; fi
done
for place in $memory; do mkdir -p ".\${place%%:*}"; done
for place in $volumes; do mkdir -p ".$place"; done
mkdir -p "$folder/etc"
printf '127.0.0.1\\tlocalhost\\n::1\\tlocalhost\\n127.0.0.1\\tbox\\n' > "$folder/etc/hosts"
: > "$folder/etc/resolv.conf"
echo box > "$folder/etc/hostname"
mount -o remount,bind,ro "$root" .
cd "$root"
for file in hosts resolv.conf hostname; do mount --bind "$folder/etc/$file" "etc/$file"; done
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 dev dev
for device in null zero full random urandom tty; do : > dev/$device; mount --bind /dev/$device dev/$device; done
mkdir dev/shm dev/pts dev/mqueue
mount -t tmpfs -o mode=1777 shm dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
ln -s /proc/self/fd dev/fd; ln -s /proc/self/fd/0 dev/stdin; ln -s /proc/self/fd/1 dev/stdout; ln -s /proc/self/fd/2 dev/stderr
ln -s pts/ptmx dev/ptmx
for place in $memory; do mkdir -p ".\${place%%:*}"; mount -t tmpfs -o "\${place#*:}" tmpfs ".\${place%%:*}"; done
for place in $volumes; do
  mkdir -p "$folder/volume$place"
  cp -a ".$place/." "$folder/volume$place/"
  chown --reference=".$place" "$folder/volume$place"; chmod --reference=".$place" "$folder/volume$place"
  mount --bind "$folder/volume$place" ".$place"
done
: > "$folder/ready"
set -- setpriv $capabilities -- "$@"
if [ "$trace" != "" ]; then set -- strace -f -qq -y -s 4096 -e trace=%file,connect -o "$trace" "$@"; fi
exec "$@"
`;

/** Starts a command in a box. Takes a superuser. */
export async function start(box: Box, command: Command, stdin = ""): Promise<Started> {
  mkdirSync(box.folder, { recursive: true });
  const account = findAccount(box.root, command.user);
  if (box.capabilities === "none" && account.uid === 0) throw new Error("cannot take capabilities from root");
  const [input, stdoutFile, stderrFile] = [
    join(box.folder, "stdin"),
    join(box.folder, "stdout"),
    join(box.folder, "stderr"),
  ] as const;
  writeFileSync(input, stdin);
  const [inputStream, outputStream, errorStream] = [
    openSync(input, "r"),
    openSync(stdoutFile, "a"),
    openSync(stderrFile, "a"),
  ] as const;
  const streams = [inputStream, outputStream, errorStream];
  // The program may open its outputs again, by their names in /dev.
  for (const stream of streams) fchownSync(stream, account.uid, account.gid);
  const child = spawn("unshare", argumentsOf(box, command, account), {
    stdio: [inputStream, outputStream, errorStream],
    cwd: "/",
  });
  for (const stream of streams) closeSync(stream);
  const started = follow(child, { stdoutFile, stderrFile });
  const ready = join(box.folder, "ready");
  for (let wait = 0; wait < 1000 && !existsSync(ready) && started.ended() === undefined; wait++) await delay(10);
  return started;
}

function argumentsOf(box: Box, command: Command, account: Account): readonly string[] {
  const { root, folder, volumes, capabilities, traceFile = "" } = box;
  const memory = box.tmpfs.map(memoryPlace).join(" ");
  const locations = [root, memory, volumes.join(" "), traceFile, folder, capabilityOptions(capabilities)];
  const env = { HOME: account.home, HOSTNAME: "box", ...command.env };
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const identity = [`--setgid=${account.gid}`, `--setuid=${account.uid}`];
  const enter = ["/usr/bin/unshare", ...identity, `--root=${root}`, `--wd=${command.workdir}`, ...command.argv];
  const namespaces = ["--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "--kill-child"];
  return [...namespaces, "sh", "-ec", script, "sh", ...locations, "env", "-i", ...variables, ...enter];
}

/** `PATH:OPTIONS` for mount(8), with the options that Docker takes by itself. */
function memoryPlace(text: string): string {
  const [path = "", given = ""] = text.split(":");
  const wanted = given.split(",").filter((option) => option !== "");
  const isAsked = (name: string): boolean => wanted.some((option) => option.split("=")[0] === name);
  const usual = ["nosuid", "nodev", ...(isAsked("exec") ? [] : ["noexec"]), ...(isAsked("mode") ? [] : ["mode=1777"])];
  return `${path}:${[...usual, ...wanted].join(",")}`;
}

function capabilityOptions(capabilities: Box["capabilities"]): string {
  const kept = capabilities === "usual" ? usualCapabilities : enteringCapabilities;
  const bounding = `--bounding-set=-all,${kept.map((name) => `+${name}`).join(",")}`;
  return capabilities === "usual" ? bounding : `--no-new-privs ${bounding}`;
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
    child.once("exit", (status) => {
      code = status ?? 137;
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

function childrenOf(pid = 0): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
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

/** Looks a user up in the image's own accounts, as an engine does. */
function findAccount(root: string, user: string): Account {
  const [name = "", group] = user.split(":");
  const line = linesOf(root, "etc/passwd").find((fields) => fields[0] === name || fields[2] === name);
  if (line === undefined && !/^\d+$/u.test(name)) throw new Error(`cannot find the user ${name} in the image`);
  const named = linesOf(root, "etc/group").find((fields) => fields[0] === group);
  const gid = group === undefined ? line?.[3] : (named?.[2] ?? group);
  return { uid: Number(line?.[2] ?? name), gid: Number(gid ?? 0), home: line?.[5] ?? "/" };
}

function linesOf(root: string, file: string): readonly (readonly string[])[] {
  const hostPath = join(root, file);
  if (!existsSync(hostPath)) return [];
  return readFileSync(hostPath, "utf8")
    .split("\n")
    .map((line) => line.split(":"));
}
