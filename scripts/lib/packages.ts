import { existsSync } from "node:fs";
import { isInstalled } from "./command.ts";
import { Lack } from "./failures.ts";
import { runLogged } from "./progress.ts";
import { say } from "./project.ts";

interface Tool {
  readonly debianPackage: string;
  /** What it is needed for, for whoever sees it being installed. */
  readonly purpose: string;
  present(): Promise<boolean>;
}

/** The programs of a private engine, and the Debian package that brings each. */
const engineTools: readonly Tool[] = [
  { debianPackage: "docker.io", purpose: "the engine", present: async () => isInstalled("dockerd") },
  { debianPackage: "docker-cli", purpose: "the engine's client", present: async () => isInstalled("docker") },
  {
    debianPackage: "docker-buildx",
    purpose: "builds with BuildKit",
    present: async () => isInstalled("docker", ["buildx", "version"]),
  },
  {
    debianPackage: "docker-registry",
    purpose: "the registry on localhost",
    present: async () => isInstalled("docker-registry"),
  },
  { debianPackage: "mmdebstrap", purpose: "makes base images", present: async () => isInstalled("mmdebstrap") },
];

/** What tests compare with, beside the engine. */
const testTools: readonly Tool[] = [
  {
    debianPackage: "docker-compose",
    purpose: "tests of Compose files",
    present: async () => isInstalled("docker", ["compose", "version"]),
  },
  { debianPackage: "skopeo", purpose: "tests of layouts", present: async () => isInstalled("skopeo") },
  { debianPackage: "umoci", purpose: "tests of layouts", present: async () => isInstalled("umoci") },
  {
    debianPackage: "python3-jsonschema",
    purpose: "tests of schemas",
    present: async () => isInstalled("python3", ["-c", "import jsonschema"]),
  },
  { debianPackage: "oras", purpose: "tests of registries", present: async () => isInstalled("oras", ["version"]) },
  { debianPackage: "cosign", purpose: "tests of signatures", present: async () => isInstalled("cosign", ["version"]) },
  { debianPackage: "zsh", purpose: "tests of completion", present: async () => isInstalled("zsh") },
  { debianPackage: "fish", purpose: "tests of completion", present: async () => isInstalled("fish") },
  { debianPackage: "git", purpose: "tests of git sources", present: async () => isInstalled("git") },
];

/** The tools that Debian roots are made with, and programs are run in them without an engine. */
const rootTools: readonly Tool[] = [
  { debianPackage: "mmdebstrap", purpose: "makes roots", present: async () => isInstalled("mmdebstrap") },
  { debianPackage: "iproute2", purpose: "brings loopback up", present: async () => isInstalled("ip", ["-V"]) },
];

/** The tool that base images are made with. */
const imageTools: readonly Tool[] = engineTools.filter(({ debianPackage }) => debianPackage === "mmdebstrap");

/** The program of the registry on localhost. */
const registryTools: readonly Tool[] = engineTools.filter(({ debianPackage }) => debianPackage === "docker-registry");

/** The packages of the tests of pages, which no engine needs. */
const browsers: readonly Tool[] = [
  { debianPackage: "chromium", purpose: "tests of pages", present: async () => isInstalled("chromium") },
];

/** The tracer that shows which files a program opens. */
const tracers: readonly Tool[] = [
  { debianPackage: "strace", purpose: "traces programs", present: async () => isInstalled("strace", ["-V"]) },
];

/** The tools that benchmarks of registries compare with. */
const registryClients: readonly Tool[] = [...engineTools, ...testTools].filter(({ debianPackage }) =>
  ["skopeo", "oras", "docker-registry"].includes(debianPackage),
);

/** The tools that images by Pith are compared with, and the tool that makes the image for them. */
const distilling: readonly Tool[] = [...engineTools, ...testTools].filter(({ debianPackage }) =>
  ["mmdebstrap", "skopeo", "umoci"].includes(debianPackage),
);

/**
 * Installs what the benchmark of the assembler needs where it is missing, as root on Debian; elsewhere tells what to
 * install.
 */
export async function installDistillingTools(): Promise<void> {
  await installMissing(distilling);
}

/**
 * Installs clients of registries, and a registry, where they are missing, as root on Debian; elsewhere tells what to
 * install.
 */
export async function installRegistryClients(): Promise<void> {
  await installMissing(registryClients);
}

/** Installs what is missing of the engine's programs, as root on Debian; elsewhere tells what to install. */
export async function installEngineTools(): Promise<void> {
  await installMissing(engineTools);
}

/**
 * Installs what is missing of what tests on an engine compare with, as root on Debian; elsewhere tells what to install.
 */
export async function installTestTools(): Promise<void> {
  await installMissing(testTools);
}

/** Installs what Debian roots need where it is missing, as root on Debian; elsewhere tells what to install. */
export async function installRootTools(): Promise<void> {
  await installMissing(rootTools);
}

/** Installs what base images are made with, as root on Debian; elsewhere tells what to install. */
export async function installImageTools(): Promise<void> {
  await installMissing(imageTools);
}

/** Installs the program of a registry, as root on Debian; elsewhere tells what to install. */
export async function installRegistry(): Promise<void> {
  await installMissing(registryTools);
}

/**
 * Installs the browser that pages are tested in where it is missing, as root on Debian; elsewhere tells what to
 * install.
 */
export async function installBrowser(): Promise<void> {
  await installMissing(browsers);
}

/**
 * Installs the tracer that tightness is measured with where it is missing, as root on Debian; elsewhere tells what to
 * install.
 */
export async function installTracer(): Promise<void> {
  await installMissing(tracers);
}

/** Which tests a run has, for what they need. */
export interface TestNeeds {
  readonly engine: boolean;
  readonly browser: boolean;
  readonly roots: boolean;
}

/**
 * Installs at once what is missing of what the tests of a run need, as root on Debian; elsewhere tells what to install.
 */
export async function installForTests(needs: TestNeeds): Promise<void> {
  const wanted = [
    ...(needs.engine ? [...engineTools, ...testTools] : []),
    ...(needs.browser ? browsers : []),
    ...(needs.roots ? rootTools : []),
  ];
  // mmdebstrap is among those of engines and of roots.
  await installMissing([...new Map(wanted.map((tool) => [tool.debianPackage, tool])).values()]);
}

async function installMissing(wanted: readonly Tool[]): Promise<void> {
  const present = await Promise.all(wanted.map(async (tool) => tool.present()));
  const tools = wanted.filter((_, index) => present[index] !== true);
  const missing = tools.map((tool) => tool.debianPackage);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    throw new Lack(
      `cannot go on: ${missing.join(", ")} not installed`,
      "install them, or run this as root on Debian, where it installs them itself",
    );
  }
  for (const { debianPackage, purpose } of tools) say(`tools: installing ${debianPackage}: ${purpose}`);
  const env = { DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" };
  await runLogged("apt-get", ["update", "-qq"], { env });
  // Another installation on this machine is waited for.
  const waiting = ["-o", "DPkg::Lock::Timeout=300"];
  const options = ["-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", ...waiting];
  // What is downloaded needs no waiting for when a signal ends the script; what is half installed does.
  await runLogged("apt-get", ["install", "--download-only", ...options, ...missing], { env });
  await runLogged("apt-get", ["install", ...options, ...missing], { env, mustEnd: true });
}
