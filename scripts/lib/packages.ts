import { existsSync } from "node:fs";
import { isInstalled, passThrough } from "./command.ts";
import { say } from "./project.ts";

interface Tool {
  readonly debianPackage: string;
  present(): Promise<boolean>;
}

/** The programs of a private engine, and the Debian package that brings each. */
const tools: readonly Tool[] = [
  { debianPackage: "docker.io", present: async () => isInstalled("dockerd") },
  { debianPackage: "docker-cli", present: async () => isInstalled("docker") },
  { debianPackage: "docker-buildx", present: async () => isInstalled("docker", ["buildx", "version"]) },
  { debianPackage: "docker-compose", present: async () => isInstalled("docker", ["compose", "version"]) },
  { debianPackage: "docker-registry", present: async () => isInstalled("docker-registry") },
  { debianPackage: "mmdebstrap", present: async () => isInstalled("mmdebstrap") },
  { debianPackage: "skopeo", present: async () => isInstalled("skopeo") },
  { debianPackage: "umoci", present: async () => isInstalled("umoci") },
  { debianPackage: "python3-jsonschema", present: async () => isInstalled("python3", ["-c", "import jsonschema"]) },
  { debianPackage: "oras", present: async () => isInstalled("oras", ["version"]) },
  { debianPackage: "cosign", present: async () => isInstalled("cosign", ["version"]) },
  { debianPackage: "zsh", present: async () => isInstalled("zsh") },
  { debianPackage: "fish", present: async () => isInstalled("fish") },
  { debianPackage: "git", present: async () => isInstalled("git") },
  { debianPackage: "gcc", present: async () => isInstalled("cc") },
  { debianPackage: "libc6-dev", present: async () => Promise.resolve(existsSync("/usr/include/stdlib.h")) },
];

/** The tools that Debian roots are made with, and programs are run in them without an engine. */
const rootTools: readonly Tool[] = [
  { debianPackage: "mmdebstrap", present: async () => isInstalled("mmdebstrap") },
  { debianPackage: "iproute2", present: async () => isInstalled("ip", ["-V"]) },
];

/** The packages of the tests of pages, which no engine needs. */
const browsers: readonly Tool[] = [{ debianPackage: "chromium", present: async () => isInstalled("chromium") }];

/** The tracer that shows which files a program opens. */
const tracers: readonly Tool[] = [{ debianPackage: "strace", present: async () => isInstalled("strace", ["-V"]) }];

/** The tools that benchmarks of registries compare with. */
const registryClients: readonly Tool[] = [
  { debianPackage: "skopeo", present: async () => isInstalled("skopeo") },
  { debianPackage: "oras", present: async () => isInstalled("oras", ["version"]) },
  { debianPackage: "docker-registry", present: async () => isInstalled("docker-registry") },
];

/** The tools that images by Pith are compared with, and the tool that makes the image for them. */
const distilling: readonly Tool[] = tools.filter(({ debianPackage }) =>
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

/** Installs what is missing of the engine's tools, as root on Debian; elsewhere tells what to install. */
export async function installMissingTools(): Promise<void> {
  await installMissing(tools);
}

/** Installs what Debian roots need where it is missing, as root on Debian; elsewhere tells what to install. */
export async function installRootTools(): Promise<void> {
  await installMissing(rootTools);
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

async function installMissing(wanted: readonly Tool[]): Promise<void> {
  const present = await Promise.all(wanted.map(async (tool) => tool.present()));
  const missing = wanted.filter((_, index) => present[index] !== true).map((tool) => tool.debianPackage);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    throw new Error(
      `cannot go on: ${missing.join(", ")} not installed\n` +
        "install them, or run this as root on Debian, where it installs them itself",
    );
  }
  say(`tools: installing ${missing.join(", ")} from Debian`);
  const env = { DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" };
  const steps = [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", ...missing],
  ];
  for (const args of steps) {
    const code = await passThrough("apt-get", args, { env, stdoutTo: "stderr" });
    if (code !== 0) throw new Error(`cannot install ${missing.join(", ")}: apt-get ended with code ${code}`);
  }
}
