const utf8Tag = 1;
const classTag = 7;
const stringTag = 8;
/** Bytes of a constant behind its tag (JVM specification, table 4.4-A); texts have their length before them. */
const sizes: Readonly<Record<number, number>> = {
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 2,
  8: 2,
  9: 4,
  10: 4,
  11: 4,
  12: 4,
  15: 3,
  16: 2,
  17: 4,
  18: 4,
  19: 2,
  20: 2,
};

/** The string literals of a class file, as far as it can be read; none where it is not a class file. */
export function stringLiterals(bytes: Uint8Array): readonly string[] {
  return constantsOf(bytes, stringTag);
}

/** The classes that a class file names, itself among them: `org/example/Main`. */
export function classNames(bytes: Uint8Array): readonly string[] {
  return constantsOf(bytes, classTag).filter((name) => !name.startsWith("["));
}

/** Constants that are a text each, of one kind. */
function constantsOf(bytes: Uint8Array, wanted: number): readonly string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || view.getUint32(0) !== 0xcafebabe) return [];
  const count = view.getUint16(8);
  const texts = new Map<number, string>();
  const literals: number[] = [];
  let at = 10;
  for (let index = 1; index < count && at + 3 <= bytes.length; index++) {
    const tag = bytes[at] ?? 0;
    if (tag === utf8Tag) {
      const length = view.getUint16(at + 1);
      // Names of libraries are ASCII, in which the format's own UTF-8 is no other.
      texts.set(
        index,
        Buffer.from(bytes.buffer, bytes.byteOffset + at + 3, Math.min(length, bytes.length - at - 3)).toString(
          "latin1",
        ),
      );
      at += 3 + length;
      continue;
    }
    const size = sizes[tag];
    if (size === undefined) break;
    if (tag === wanted) literals.push(view.getUint16(at + 1));
    at += 1 + size;
    // Constants of eight bytes take two numbers.
    if (tag === 5 || tag === 6) index++;
  }
  return literals.flatMap((index) => texts.get(index) ?? []);
}

/** True for a class that may load a library: it names the method. */
export function callsLoadLibrary(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes("loadLibrary", 0, "latin1");
}

/** What a class names that starts programs: methods which answer a process, and libraries of Java, Scala and Groovy. */
const starters = [
  ")Ljava/lang/Process;",
  "java/lang/ProcessBuilder",
  "scala/sys/process/",
  "org/apache/commons/exec/CommandLine",
];

/** True for a class that may start a program. */
export function startsPrograms(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return starters.some((name) => text.includes(name, 0, "latin1"));
}

/** True for a class that may name a program by its path. */
export function namesPrograms(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes("/bin/", 0, "latin1");
}

/** True for a class that may tell another the program which that starts: it names such a method, which takes a text. */
export function tellsProgram(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return ["setExecutable", "(Ljava/lang/String;)V"].every((name) => text.includes(name, 0, "latin1"));
}
