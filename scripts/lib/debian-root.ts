import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output } from "./command.ts";
import { undoing } from "./interruption.ts";

const suite = "trixie";

export interface DebianRoot {
  /** Where the root file system goes, as an uncompressed tar unless `format` says otherwise. */
  readonly tarFile: string;
  readonly format?: "tar" | "directory";
  /** Beside Debian's smallest set. */
  readonly packages: readonly string[];
  readonly epochSeconds: number;
  /**
   * For another machine than this one: its packages are then unpacked, not configured, since nothing of theirs can run
   * here.
   */
  readonly unpackedFor?: string;
  /** A folder in the root to fill with wheels made from Debian's Python packages, which pip then installs from. */
  readonly wheelhouse?: string;
  /** Further options for mmdebstrap, such as what it runs at the end. */
  readonly hooks?: readonly string[];
}

/** The packages of a web application in Python, for a pip that reaches no index. */
const wheelPackages: readonly string[] = [
  "python3-blinker",
  "python3-click",
  "python3-flask",
  "python3-gunicorn",
  "python3-itsdangerous",
  "python3-jinja2",
  "python3-markupsafe",
  "python3-packaging",
  "python3-simplejson",
  "python3-werkzeug",
];

/** Makes a Debian root with apt sources, certificates and apt settings with which installing also works inside it. */
export async function debianRoot(root: DebianRoot): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "pith-root-"));
  // The root grows in there too, where apt's own user has to reach it.
  chmodSync(scratch, 0o755);
  const undo = (): void => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  await undoing(undo, async () => {
    const settings = join(scratch, "90host");
    writeFileSync(settings, await aptSettings());
    const packages = ["ca-certificates", ...root.packages];
    const args = [
      "--quiet",
      ...(root.unpackedFor === undefined
        ? ["--variant=minbase", ...certificateHooks(), ...wheelHooks(root.wheelhouse)]
        : ["--variant=extract", `--architectures=${root.unpackedFor}`]),
      "--skip=output/dev",
      `--include=${packages.join(",")}`,
      // Documentation is most of the files and nothing that a program loads.
      "--dpkgopt=path-exclude=/usr/share/man/*",
      "--dpkgopt=path-exclude=/usr/share/locale/*",
      "--dpkgopt=path-exclude=/usr/share/doc/*",
      "--dpkgopt=path-include=/usr/share/doc/*/copyright",
      ...(root.hooks ?? []),
      ...(root.format === undefined ? [] : [`--format=${root.format}`]),
      `--aptopt=${settings}`,
      suite,
      root.tarFile,
      ...(await aptSources()),
    ];
    await output("mmdebstrap", args, { env: { SOURCE_DATE_EPOCH: `${root.epochSeconds}`, TMPDIR: scratch } });
  });
}

/** This machine's mirrors of the suite, if it has any; otherwise mmdebstrap knows where Debian is. */
export async function aptSources(): Promise<readonly string[]> {
  const listed = await output("apt-get", [
    "indextargets",
    "--format",
    "$(REPO_URI) $(RELEASE) $(COMPONENT)",
    "Created-By: Packages",
  ]);
  const lines = listed.split("\n").filter((line) => line.split(" ")[1]?.startsWith(suite) === true);
  return [...new Set(lines)].map((line) => `deb ${line}`);
}

/** The settings of this machine's apt without which its mirror would not answer, or not be believed. */
export async function aptSettings(): Promise<string> {
  const dump = await output("apt-config", ["dump"]);
  const wanted = /^Acquire::(Check-Valid-Until|Check-Date|https?::Proxy|https?::Timeout|Retries) /;
  return `${dump
    .split("\n")
    .filter((line) => wanted.test(line))
    .join("\n")}\n`;
}

function certificateHooks(): readonly string[] {
  const file = process.env["SSL_CERT_FILE"];
  if (file === undefined || !existsSync(file)) return [];
  return [
    `--customize-hook=copy-in ${file} /tmp`,
    `--customize-hook=mv "$1/tmp/${file.split("/").at(-1) ?? ""}" "$1/etc/ssl/certs/ca-certificates.crt"`,
  ];
}

function wheelHooks(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  const script = join(import.meta.dirname, "wheelhouse.py");
  const pipSettings = `[global]\\nno-index = true\\nfind-links = ${folder}\\ndisable-pip-version-check = true\\n`;
  return [
    `--customize-hook=copy-in ${script} ${join(import.meta.dirname, "awslambdaric")} /tmp`,
    `--customize-hook=chroot "$1" python3 /tmp/wheelhouse.py ${folder} /tmp/awslambdaric ${wheelPackages.join(" ")}`,
    '--customize-hook=rm -r "$1/tmp/wheelhouse.py" "$1/tmp/awslambdaric"',
    `--customize-hook=printf '${pipSettings}' > "$1/etc/pip.conf"`,
  ];
}
