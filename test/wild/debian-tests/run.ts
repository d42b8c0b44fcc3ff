import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture, output } from "../../../scripts/lib/command.ts";
import { withOverlay } from "../overlay.ts";
import { ensureBase, runInRoot, wildFolder } from "../roots.ts";
import { comparePackage, type Finding } from "./compare.ts";
import { type DebianSource, type DebianTest, readTests } from "./sources.ts";
import { type Program, readPrograms } from "./trace.ts";

/** What the tests of one source package showed. */
export interface PackageResult extends Finding {
  readonly name: string;
  readonly section: string;
  /** Its tests by name, with their exit codes; 124 is a test that took too long. */
  readonly tests: Readonly<Record<string, number>>;
  /** Why nothing was compared. */
  readonly skipped?: string;
}

export const nothingFound: Finding = {
  kind: "tool",
  command: [],
  programs: [],
  files: 0,
  lost: [],
  announced: [],
  unstarted: [],
  bytes: 0,
  said: "",
};

/** Runs the tests of a source package in a root that has it, and compares what its programs opened with their image. */
export async function sweepPackage(source: DebianSource, cli: string): Promise<PackageResult> {
  const folder = join(wildFolder(), "debian-tests", source.name);
  // A run that was killed leaves its mounts.
  const unmount = 'grep -F "$1/" /proc/mounts | cut -d" " -f2 | xargs -r umount --lazy';
  await output("sh", ["-c", unmount, "sh", folder]);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const result = { name: source.name, section: source.section, tests: {}, ...nothingFound };
  try {
    const tree = await fetchSource(source.name, folder);
    const control = join(tree, "debian/tests/control");
    const tests = existsSync(control) ? readTests(readFileSync(control, "utf8"), source).slice(0, 4) : [];
    if (tests.length === 0) return { ...result, skipped: "no test that can be run here" };
    const base = await ensureBase();
    const installed = join(folder, "installed/upper");
    const building = { lower: [base], upper: installed, folder: join(folder, "installed") };
    await withOverlay(building, async (root) => install(tests, root));
    const codes: Record<string, number> = {};
    const traces: string[] = [];
    for (const [index, test] of tests.entries()) {
      const own = join(folder, `run${String(index)}`);
      const location = { lower: [installed, base], upper: join(own, "upper"), folder: own };
      const trace = join(own, "trace");
      codes[test.name] = await withOverlay(location, async (root) => runTest({ source, test, tree, root, trace, own }));
      traces.push(trace);
    }
    const programs: Program[] = [];
    for (const [index, trace] of traces.entries()) {
      if (existsSync(trace))
        programs.push(...(await readPrograms(trace, join(folder, `run${String(index)}`, "merged"))));
    }
    const location = {
      lower: [installed, base],
      upper: join(folder, "builder/upper"),
      folder: join(folder, "builder"),
    };
    const finding = await withOverlay(location, async (builder) =>
      comparePackage({ source, programs, builder, cli, folder }),
    );
    return { ...result, tests: codes, ...finding };
  } catch (failure) {
    const text = failure instanceof Error ? failure.message : String(failure);
    return { ...result, skipped: text.slice(0, 800) };
  } finally {
    if (process.env["PITH_SWEEP_KEEP"] === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function fetchSource(name: string, folder: string): Promise<string> {
  const options = process.env["PITH_SWEEP_APT"]?.split(" ") ?? [];
  await output("apt-get", ["-qq", ...options, "source", "--download-only", name], { cwd: folder });
  const description = readdirSync(folder).find((file) => file.endsWith(".dsc"));
  if (description === undefined) throw new Error(`cannot find the source of ${name}`);
  const tree = join(folder, "tree");
  await output("dpkg-source", ["-q", "--no-check", "-x", description, tree], { cwd: folder }).catch(async () =>
    output("dpkg-source", ["--no-check", "-x", description, tree], { cwd: folder }),
  );
  return tree;
}

async function install(tests: readonly DebianTest[], root: string): Promise<void> {
  const packages = [...new Set(tests.flatMap(({ depends }) => depends))];
  const options = "-qq -y --no-install-recommends -o DPkg::Options::=--force-unsafe-io";
  const enter = "export DEBIAN_FRONTEND=noninteractive;";
  const known = `apt-cache pkgnames > /tmp/known; for p in ${packages.join(" ")}; do grep -qxF -- "$p" /tmp/known && echo "$p"; done; rm /tmp/known`;
  const wanted = (await runInRoot(root, `${known}; true`)).trim().split("\n").join(" ");
  await runInRoot(
    root,
    `${enter} rm -f /etc/dpkg/dpkg.cfg.d/*; useradd -m tester; size=$(apt-get -s ${options} install ${wanted} | grep -c ^Inst); ` +
      `test "$size" -lt 250 || { echo "too many packages: $size" >&2; exit 9; }; apt-get install ${options} ${wanted}`,
  );
}

const enterTest = `
root=$1 tree=$2 command=$3 trace=$4 user=$5 services=$6 shim=$7
ip link set lo up
hostname tests
cd "$root"
mkdir -p proc dev sys tmp/autopkgtest/tmp tmp/autopkgtest/artifacts run/lock
cp -a "$tree" tmp/autopkgtest/tree
chmod 1777 tmp tmp/autopkgtest/tmp tmp/autopkgtest/artifacts
chmod -R a+rX tmp/autopkgtest/tree
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 dev dev
for device in null zero full random urandom tty; do : > dev/$device; mount --bind /dev/$device dev/$device; done
mkdir dev/shm dev/pts
chmod 1777 dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin; ln -s /proc/self/fd/1 dev/stdout; ln -s /proc/self/fd/2 dev/stderr
printf '127.0.0.1\\tlocalhost tests\\n::1\\tlocalhost\\n' > etc/hosts
if [ "$user" != root ]; then chroot "$root" chown -R tester: /tmp/autopkgtest; fi
install -m755 "$shim" usr/local/bin/systemctl
printf '#!/bin/sh\nexec systemctl "$2" "$1"\n' > usr/local/bin/service
cp usr/local/bin/service usr/local/bin/invoke-rc.d
cp usr/local/bin/systemctl usr/local/bin/deb-systemd-invoke
chmod 755 usr/local/bin/*
rm -f usr/sbin/policy-rc.d
start=:
for unit in $services; do start="$start; systemctl start $unit"; done
exec timeout -k 5 "$PITH_SWEEP_SECONDS" strace -f -y -qq -z -s 4096 --seccomp-bpf \
  -e trace=open,openat,openat2,execve,execveat,readlink,readlinkat,clone,clone3,fork,vfork -e signal=none -o "$trace" \
  chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
  AUTOPKGTEST_TMP=/tmp/autopkgtest/tmp ADTTMP=/tmp/autopkgtest/tmp AUTOPKGTEST_ARTIFACTS=/tmp/autopkgtest/artifacts \
  DEBIAN_FRONTEND=noninteractive AUTOPKGTEST_NORMAL_USER=tester AUTOPKGTEST_TEST_ARCH=amd64 USER="$user" \
  HOME="$(chroot "$root" sh -c "echo ~$user")" \
  sh -c "$start; setpriv --reuid=$user --regid=$user --init-groups sh -c \\"\\$1\\"; echo \\$? > /tmp/autopkgtest/code; \
  kill -TERM -1; sleep 1; kill -KILL -1" sh "cd /tmp/autopkgtest/tree; $command"
`;

async function runTest(run: {
  readonly source: DebianSource;
  readonly test: DebianTest;
  readonly tree: string;
  readonly root: string;
  readonly trace: string;
  readonly own: string;
}): Promise<number> {
  const { source, test, tree, root, trace, own } = run;
  const args = ["--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child", "sh", "-ec", enterTest];
  const services = serviceUnits(source, root).join(" ");
  const shim = join(import.meta.dirname, "systemctl.sh");
  const user = test.asRoot ? "root" : "tester";
  const outcome = await capture("unshare", [...args, "sh", root, tree, test.command, trace, user, services, shim], {
    env: { PITH_SWEEP_SECONDS: "70" },
  });
  writeFileSync(join(own, "output"), `${outcome.stdout}\n${outcome.stderr}`);
  const code = join(root, "tmp/autopkgtest/code");
  return existsSync(code) ? Number(readFileSync(code, "utf8")) : outcome.code;
}

/** The units of services that a source package installs: where its tests run, they have been started. */
function serviceUnits({ binaries }: DebianSource, root: string): readonly string[] {
  const units = binaries.flatMap((name) => {
    const list = join(root, `var/lib/dpkg/info/${name}.list`);
    const text = existsSync(list) ? readFileSync(list, "utf8") : "";
    return [...text.matchAll(/\/lib\/systemd\/system\/([^/@\n]+\.service)$/gmu)].map(([, unit]) => unit ?? "");
  });
  return units.filter((unit) => /^WantedBy=/mu.test(readFileSync(join(root, "usr/lib/systemd/system", unit), "utf8")));
}
