import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output } from "./command.ts";
import { aptSettings, aptSources } from "./debian-root.ts";
import { sha256 } from "./oci-push.ts";
import { say, stateFolder } from "./project.ts";

/** Programs with many libraries and modules, and the shell that the comparison runs in. */
const packages: readonly string[] = [
  "apache2",
  "bind9-dnsutils",
  "coreutils",
  "curl",
  "dash",
  "dnsmasq",
  "dovecot-core",
  "file",
  "git",
  "glib-networking",
  "gnupg",
  "graphviz",
  "haproxy",
  "imagemagick",
  "iproute2",
  "iptables",
  "krb5-user",
  "libdbd-sqlite3-perl",
  "libgdk-pixbuf2.0-bin",
  "libpam-modules",
  "librsvg2-bin",
  "libsasl2-modules",
  "libxml-libxml-perl",
  "lighttpd",
  "lua5.4",
  "mosquitto",
  "musl",
  "nginx-full",
  "nodejs",
  "openjdk-21-jre-headless",
  "openssh-server",
  "openssl",
  "perl",
  "php-cli",
  "php-curl",
  "php-gd",
  "php-mbstring",
  "php-sqlite3",
  "php-xml",
  "poppler-utils",
  "postgresql-client",
  "python3",
  "python3-aiohttp",
  "python3-cryptography",
  "python3-lxml",
  "python3-numpy",
  "python3-pil",
  "python3-psycopg2",
  "redis-server",
  "rsync",
  "ruby",
  "ruby-nokogiri",
  "samba",
  "slapd",
  "socat",
  "sqlite3",
  "sudo",
  "systemd",
  "tcl",
  "unbound",
  "util-linux",
  "valkey-server",
  "vim-nox",
  "zsh",
  "zstd",
];

/**
 * A Debian root with thousands of programs, libraries and modules, unpacked and with a loader's cache; made once a week
 * and kept in the state folder. Answers its directory.
 */
export async function ensureCorpusRoot(): Promise<string> {
  const folder = join(stateFolder(), "roots");
  const recipe = readFileSync(import.meta.filename, "utf8");
  const week = Math.floor(Date.now() / (7 * 86_400_000));
  const name = `corpus-${sha256(`${week}\n${recipe}`).slice(7, 23)}`;
  const root = join(folder, name);
  if (existsSync(root)) return root;
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) {
    if (old.startsWith("corpus-")) rmSync(join(folder, old), { recursive: true, force: true });
  }
  say(`corpus root: unpacking ${packages.length} packages and what they depend on`);
  const started = Date.now();
  const scratch = mkdtempSync(join(tmpdir(), "pith-corpus-"));
  try {
    const settings = join(scratch, "90host");
    writeFileSync(settings, `${await aptSettings()}APT::Install-Recommends "false";\n`);
    const unfinished = `${root}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    await output("mmdebstrap", [
      "--quiet",
      // Nothing is configured: the comparison wants files, and configuring takes longer than all the rest.
      "--variant=extract",
      "--format=directory",
      "--skip=output/dev",
      `--include=${packages.join(",")}`,
      "--dpkgopt=path-exclude=/usr/share/*",
      "--dpkgopt=path-exclude=/usr/lib/jvm/*/lib/modules",
      "--dpkgopt=path-exclude=/usr/lib/jvm/*/lib/server/*.jsa",
      `--aptopt=${settings}`,
      "trixie",
      unfinished,
      ...(await aptSources()),
    ]);
    await output("ldconfig", ["-r", unfinished]);
    renameSync(unfinished, root);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  say(`corpus root: ready after ${Math.round((Date.now() - started) / 1000)} s`);
  return root;
}
