import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { output } from "../../scripts/lib/command.ts";
import { debianRoot } from "../../scripts/lib/debian-root.ts";
import { sha256 } from "../../scripts/lib/oci-push.ts";
import { projectFolder, say } from "../../scripts/lib/project.ts";
import { ensureLayer } from "./overlay.ts";
import type { WildProgram } from "./program.ts";

const epochSeconds = 1_754_697_600;

/** The packages that every builder begins with, beside Debian's smallest set. */
const basePackages: readonly string[] = ["adduser", "media-types", "tzdata", "netbase"];

/** Clients that ask servers; no builder has them unless its program does. */
const clientPackages: readonly string[] = [
  "bind9-dnsutils",
  "curl",
  "default-mysql-client",
  "git",
  "krb5-user",
  "ldap-utils",
  "mosquitto-clients",
  "netcat-openbsd",
  "nodejs",
  "ntpsec-ntpdig",
  "openssl",
  "postgresql-client",
  "python3",
  "redis-tools",
  "rsync",
  "snmp",
  "subversion",
];

/** The folder that keeps roots and results between runs; PITH_WILD_DIR moves it. */
export function wildFolder(): string {
  return process.env["PITH_WILD_DIR"] ?? join(projectFolder, ".cache", "wild");
}

/** The layers of a program's builder, the uppermost first. */
export async function ensureBuilder(program: WildProgram): Promise<readonly string[]> {
  const { name, packages, node, root, setup, others = [] } = program;
  const base = await ensureBase();
  const first = node ? [await ensureNode(base), base] : [base];
  const lower = others.length === 0 ? first : [await ensureInstalled(others, first), ...first];
  const installed = packages.length === 0 ? lower : [await ensureInstalled(packages, lower), ...lower];
  if (Object.keys(root).length === 0 && setup === "") return installed;
  const key = keyOf([...installed, JSON.stringify(root), setup]);
  const layer = await ensureLayer(join(wildFolder(), "setups", `${name}-${key}`), installed, async (location) => {
    writeFiles(root, location);
    if (setup !== "") await runInRoot(location, setup);
  });
  return [layer, ...installed];
}

/** The layers of a root with all clients, the uppermost first. */
export async function ensureClients(): Promise<readonly string[]> {
  const base = await ensureBase();
  return [await ensureInstalled(clientPackages, [base]), base];
}

/** Writes files by their absolute paths below a root; scripts can be started. */
export function writeFiles(files: Readonly<Record<string, string>>, root: string): void {
  for (const [path, content] of Object.entries(files)) {
    const hostPath = join(root, path);
    mkdirSync(dirname(hostPath), { recursive: true });
    writeFileSync(hostPath, content);
    chmodSync(hostPath, content.startsWith("#!") ? 0o755 : 0o644);
  }
}

/** The root that every builder begins with. */
export async function ensureBase(): Promise<string> {
  const root = join(wildFolder(), `base-${keyOf(basePackages)}`);
  if (existsSync(root)) return root;
  say("wild: making the base root");
  const unfinished = `${root}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(wildFolder(), { recursive: true });
  await debianRoot({ tarFile: unfinished, format: "directory", packages: basePackages, epochSeconds });
  // As images of Debian do: what is installed does not start.
  writeFiles({ "/usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n" }, unfinished);
  renameSync(unfinished, root);
  return root;
}

async function ensureNode(base: string): Promise<string> {
  const node = join(projectFolder, "node_modules/node/bin/node");
  const version = readFileSync(join(projectFolder, "node_modules/node/package.json"), "utf8");
  return ensureLayer(join(wildFolder(), "layers", `node-${keyOf([base, version])}`), [base], async (root) => {
    await output("install", ["-Dm755", node, join(root, "usr/local/bin/node")]);
  });
}

/** A layer with packages of Debian, over others. */
export async function ensureInstalled(packages: readonly string[], lower: readonly string[]): Promise<string> {
  const key = keyOf([...packages.toSorted(), ...lower]);
  return ensureLayer(join(wildFolder(), "layers", `apt-${key}`), lower, async (root) => {
    say(`wild: installing ${packages.join(" ")}`);
    const options = "-qq -y --no-install-recommends -o DPkg::Options::=--force-unsafe-io";
    const install = `export DEBIAN_FRONTEND=noninteractive; apt-get install ${options} ${packages.join(" ")}`;
    await runInRoot(root, install);
  });
}

/** Runs a shell script in a root, with processes and devices; what the package manager downloads stays outside. */
export async function runInRoot(root: string, script: string): Promise<string> {
  const lists = join(wildFolder(), "lists");
  mkdirSync(join(lists, "partial"), { recursive: true });
  const scratch = mkdtempSync(join(wildFolder(), "apt-"));
  const ready = join(wildFolder(), "lists-are-read");
  const enter = [
    // Packages of Java make links to manuals in a folder that only small roots lack.
    'mkdir -p "$1/var/lib/apt/lists" "$1/var/cache/apt/archives" "$1/usr/share/man/man1" "$1/usr/share/man/man8" "$4/partial"',
    'mount --rbind /dev "$1/dev"',
    'mount -t proc proc "$1/proc"',
    'mount --bind "$3" "$1/var/lib/apt/lists"',
    'mount --bind "$4" "$1/var/cache/apt/archives"',
    'flock "$5" sh -c \'test -s "$2" || { chroot "$1" apt-get update -qq && echo yes > "$2"; }\' sh "$1" "$5"',
    `exec nice chroot "$1" /usr/bin/env -i HOME=/root ${npmEnvironment} sh -ec "$2"`,
  ].join(" && ");
  if (/\bnp[mx] /u.test(script)) placeNpm(scratch);
  try {
    const args = ["--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", enter];
    return await output("unshare", [...args, "sh", root, script, lists, scratch, ready]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const npmHome = "/var/cache/apt/archives/npm";

const npmEnvironment = [
  `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${npmHome}/bin`,
  `NODE_EXTRA_CA_CERTS=${npmHome}/ca.crt`,
  `npm_config_cache=${npmHome}/cache npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false`,
].join(" ");

/** Lends this machine's npm to a root whose setup calls it; nothing of it stays there. */
function placeNpm(scratch: string): void {
  const target = join(scratch, "npm");
  const program = process.env["npm_execpath"];
  if (program === undefined) throw new Error("cannot find npm: start this by npm run wild");
  cpSync(dirname(dirname(realpathSync(program))), target, { recursive: true, dereference: true });
  for (const name of ["npm", "npx"]) {
    writeFileSync(join(target, "bin", name), `#!/bin/sh\nexec node ${npmHome}/bin/${name}-cli.js "$@"\n`, {
      mode: 0o755,
    });
    chmodSync(join(target, "bin", name), 0o755);
  }
  const certificates = process.env["NODE_EXTRA_CA_CERTS"];
  if (certificates !== undefined) cpSync(certificates, join(target, "ca.crt"), { dereference: true });
}

function keyOf(parts: readonly string[]): string {
  return sha256(parts.join("\n")).slice(7, 23);
}
