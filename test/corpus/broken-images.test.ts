import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { capture } from "../../scripts/lib/command.ts";
import { ensureCorpusImageRoots } from "../../scripts/lib/corpus-images.ts";
import { compileHostTools } from "../../scripts/lib/host-tools.ts";
import { projectFolder } from "../../scripts/lib/project.ts";

/*
 * Images that lack one file on purpose, each of another kind. The start check has to refuse each, and to name the file
 * that is missing; of the whole image it says nothing.
 */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBfTCCASOgAwIBAgIUBNAHFuf3hmuJgEwusS6e2/PxQTEwCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIb3duLnRlc3QwIBcNMjYxMTMwMTM0MDM0WhgPMjEyNjExMDYx
MzQwMzRaMBMxETAPBgNVBAMMCG93bi50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAETOQXPFTP2xS8mRhsesiGZH2uiHdEGKemByAIqLcb3N5OS1vcwD/DLaUm
dMbC1Ra5UV/Zbiu5QzWJ3vISE52mkaNTMFEwHQYDVR0OBBYEFNQGQiQwADTDEehd
/lu7V8hmj0/ZMB8GA1UdIwQYMBaAFNQGQiQwADTDEehd/lu7V8hmj0/ZMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgQjwq6aFt3LvZTZpz4ZwwO/s9
Y7VTN/UZlnfr6ABS1bYCIQC3MJTI33XyZZ7F0cTysCJLWzXsA1WOscPVrwhHFSoP
sA==
-----END CERTIFICATE-----
`;
const application: Readonly<Record<string, string>> = {
  "own/__init__.py": "",
  "own/late.py": "value = 1\n",
  "data/rates.csv": "a,1\n",
  "settings.ini": "[own]\nname = own\n",
  "templates/letter.txt": "dear $name\n",
  "plugins/one.py": "",
  "state/jobs/first": "",
  "certificates/own.pem": certificate,
};

interface Broken {
  readonly kind: string;
  readonly image: "python" | "programs";
  readonly command: readonly string[];
  /** What the image lacks, and what the check has to name. */
  readonly path: string;
  /** The account, where it is not the default one. */
  readonly user?: string;
  /** True where the program goes on without it: the check warns. */
  readonly isWarning?: boolean;
}

const library = "/usr/lib/x86_64-linux-gnu";
const python = "/usr/lib/python3.13";
const inPython = (kind: string, name: string, path: string): Broken => ({
  kind,
  image: "python",
  command: ["/app/main.py", name],
  path,
});

const images: readonly Broken[] = [
  inPython("a module", "module", `${python}/json/decoder.py`),
  inPython("a compiled module", "extension", `${python}/lib-dynload/_ctypes.cpython-313-x86_64-linux-gnu.so`),
  inPython("a library of a compiled module", "needed_library", `${library}/libsqlite3.so.0`),
  inPython("a library that is opened", "opened_library", `${library}/libbz2.so.1.0`),
  inPython("a module of the application", "own_module", "/app/own/late.py"),
  inPython("data", "data", "/app/data/rates.csv"),
  inPython("settings", "settings", "/app/settings.ini"),
  inPython("a template", "template", "/app/templates/letter.txt"),
  inPython("a directory of plug-ins", "plugins", "/app/plugins"),
  inPython("a certificate", "certificate", "/app/certificates/own.pem"),
  inPython("an encoding", "encoding", `${python}/encodings/cp1252.py`),
  inPython("a locale", "locale", "/usr/lib/locale/C.utf8/LC_CTYPE"),
  inPython("a terminal", "terminal", "/usr/share/terminfo/v/vt220"),
  inPython("a program", "program", "/usr/bin/sort"),
  inPython("the shell", "shell", "/usr/bin/sh"),
  inPython("a directory of state", "state", "/app/state"),
  {
    kind: "settings of a server",
    image: "programs",
    command: ["nginx", "-t"],
    path: "/etc/nginx/mime.types",
    user: "root",
  },
  {
    kind: "a page of a server",
    image: "programs",
    command: ["haproxy", "-c", "-f", "/etc/haproxy/haproxy.cfg"],
    path: "/etc/haproxy/errors/400.http",
  },
  {
    kind: "a plug-in",
    image: "programs",
    command: ["openssl", "list", "-providers", "-provider", "legacy"],
    path: `${library}/ossl-modules/legacy.so`,
  },
  {
    kind: "a database",
    image: "programs",
    command: ["file", "/etc/passwd"],
    path: "/usr/lib/file/magic.mgc",
    isWarning: true,
  },
  {
    kind: "an extension",
    image: "programs",
    command: ["gawk", "-l", "filefuncs", "BEGIN { exit 0 }"],
    path: `${library}/gawk/filefuncs.so`,
  },
  {
    kind: "resources",
    image: "programs",
    command: ["gs", "-q", "-dBATCH", "-dNODISPLAY", "-c", "quit"],
    path: "/usr/share/ghostscript/10.05.1/Resource/Init/gs_init.ps",
  },
];

let roots: ReadonlyMap<string, string> = new Map();
beforeAll(async () => {
  if (!compileHostTools()) throw new Error("the host's tools cannot be compiled");
  roots = await ensureCorpusImageRoots(new Set(images.map(({ image }) => image)));
});

test.concurrent.for(images)(
  "an image without $kind is refused, and $path is named",
  async (broken, { expect: inCase }) => {
    const whole = await buildOf(broken, false);
    inCase([whole.code, whole.stderr.match(/START_\w+[^\n]*/gu)]).toEqual([0, null]);
    const { code, stderr, isWritten } = await buildOf(broken, true);
    const isWarning = broken.isWarning === true;
    inCase(stderr).toContain(isWarning ? "START_MISS" : "START_FAILED");
    inCase(stderr).toContain(broken.path);
    inCase([code, isWritten]).toEqual(isWarning ? [0, true] : [1, false]);
  },
);

test("there are twenty and more, each of another kind", () => {
  expect(images.length).toBeGreaterThanOrEqual(20);
  expect(new Set(images.map(({ kind }) => kind)).size).toBe(images.length);
});

/** Builds the image, with all or with what it lacks, and starts it. */
async function buildOf(
  { image, command, path, user }: Broken,
  isBroken: boolean,
): Promise<{ readonly code: number | null; readonly stderr: string; readonly isWritten: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), "pith-broken-"));
  try {
    for (const [name, text] of Object.entries(application)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    cpSync(join(projectFolder, "test/corpus/broken/main.py"), join(folder, "main.py"));
    const exclude = [path, `${path}/**`].map((one) => ({ path: one, force: true }));
    const closure = isBroken ? { closure: { exclude } } : {};
    const own =
      image === "python"
        ? { interpreter: { from: "main", path: "/usr/bin/python3" }, app: { src: "." }, cmd: command }
        : { entrypoint: command };
    const spec = {
      builders: { main: { from: { context: "main" } } },
      ...own,
      ...closure,
      ...(user === undefined ? {} : { user }),
    };
    writeFileSync(join(folder, "pith.yaml"), JSON.stringify(spec));
    const output = join(folder, "..", `${folder.slice(folder.lastIndexOf("/") + 1)}-out`);
    const options = [
      "-f",
      join(folder, "pith.yaml"),
      "--source",
      `main=dir:${roots.get(image) ?? ""}`,
      "--start-check",
    ];
    const args = ["build", ...options, "--compression", "none", "-o", `oci:${output}`];
    const { code, stderr } = await capture(process.execPath, [join(projectFolder, "dist/cli.js"), ...args]);
    const isWritten = existsSync(output);
    rmSync(output, { recursive: true, force: true });
    return { code, stderr, isWritten };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
