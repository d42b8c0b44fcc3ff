/**
 * Capabilities that a program gives whoever gets into a container. Each has its list of programs in
 * `policy/capabilities.ts`.
 */
export const capabilityNames = [
  "shell",
  "package-manager",
  "downloader",
  "network",
  "interpreter",
  "compiler",
  "encoder",
  "editor",
  "launcher",
  "privilege",
  "debugger",
] as const;
export type CapabilityName = (typeof capabilityNames)[number];

/** The other properties that a policy can forbid: those of files, whatever runs them. */
export const fileTraits = [
  "headers",
  "setuid",
  "file-capability",
  "world-writable",
  "dangling-link",
  "secret",
] as const;
export type FileTrait = (typeof fileTraits)[number];

/** Every word that `policy.forbid` knows. */
export const policyKinds: readonly PolicyKind[] = [...capabilityNames, ...fileTraits];
export type PolicyKind = CapabilityName | FileTrait;
