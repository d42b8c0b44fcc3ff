interface BeamFacts {
  readonly atoms: readonly string[];
  /** Numbers of atoms, from 1: module and function. */
  readonly imports: readonly (readonly [module: number, name: number])[];
  readonly texts: readonly string[];
  /** Packs the literals; without it they are plain. */
  readonly pack?: (literals: Buffer) => Buffer;
  /** True for atoms as OTP 28 writes them. */
  readonly isCompact?: boolean;
}

/** A compiled module of Erlang with little in it. */
export function writeBeam({ atoms, imports, texts, pack, isCompact = false }: BeamFacts): Buffer {
  const atomTable = atoms.map((atom) =>
    Buffer.concat([Buffer.of(isCompact ? atom.length << 4 : atom.length), Buffer.from(atom)]),
  );
  const literals = Buffer.concat([
    u32(texts.length),
    ...texts.map((text) => {
      const term = Buffer.concat([Buffer.of(131, 107, 0, text.length), Buffer.from(text)]);
      return Buffer.concat([u32(term.length), term]);
    }),
  ]);
  const chunks = Buffer.concat([
    chunk("AtU8", Buffer.concat([u32(isCompact ? -atoms.length : atoms.length), ...atomTable])),
    chunk(
      "ImpT",
      Buffer.concat([
        u32(imports.length),
        ...imports.map(([module, name]) => Buffer.concat([u32(module), u32(name), u32(1)])),
      ]),
    ),
    chunk("LitT", Buffer.concat([u32(pack === undefined ? 0 : literals.length), pack?.(literals) ?? literals])),
  ]);
  return Buffer.concat([Buffer.from("FOR1"), u32(chunks.length + 4), Buffer.from("BEAM"), chunks]);
}

function chunk(name: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(name), u32(content.length), content, Buffer.alloc(-content.length & 3)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
