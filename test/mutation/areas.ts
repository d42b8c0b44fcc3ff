/**
 * A part of the sources whose tests are tried by mutants: folders of `src`, and those of `test/unit` that test them.
 */
export interface Area {
  readonly name: string;
  readonly sources: string;
  readonly tests: readonly string[];
}

export const areas: readonly Area[] = [
  { name: "tar", sources: "formats/tar", tests: ["formats/tar"] },
  { name: "elf", sources: "formats/elf", tests: ["formats/elf"] },
  { name: "loader", sources: "loader", tests: ["loader"] },
  { name: "layers", sources: "adapters/layers", tests: ["adapters/layers"] },
  { name: "registry", sources: "adapters/registry", tests: ["adapters/registry"] },
];
