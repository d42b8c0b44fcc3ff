import { type AbsPath, isWithin, toAbsPath } from "./rootfs.ts";

/** Files that maintainer scripts make, by the package whose script it is. */
export const generatedFiles: Readonly<Record<string, string>> = {
  "/etc/inputrc": "readline-common",
  "/etc/ssl/certs/ca-certificates.crt": "ca-certificates",
  "/etc/ssl/certs/java/cacerts": "ca-certificates-java",
  "/usr/lib/locale/locale-archive": "locales",
};

/** Directories that a package's own program fills. */
const generatedBelow: readonly (readonly [directory: AbsPath, name: string])[] = [
  [toAbsPath("/usr/lib/locale"), "locales"],
  [toAbsPath("/etc/ssl/certs"), "ca-certificates"],
];

/** The name of the package whose script or program makes a file that no package lists. */
export function generatorOf(path: AbsPath): string | undefined {
  return generatedFiles[path] ?? generatedBelow.find(([directory]) => isWithin(path, directory))?.[1];
}
