/** e_machine of programs, by OCI architecture. */
const machineNumbers: Readonly<Record<string, number>> = {
  "386": 3,
  amd64: 62,
  arm: 40,
  arm64: 183,
  ppc64le: 21,
  riscv64: 243,
  s390x: 22,
};

/** The e_machine of programs for an OCI architecture; undefined for one that is not known. */
export function machineOf(architecture: string): number | undefined {
  return machineNumbers[architecture];
}
