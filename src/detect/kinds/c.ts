import { type Detector, evidenceAt, type Found } from "../candidate.ts";
import { compiledKeys } from "../compiled.ts";
import type { Project } from "../project.ts";

/** Programs of C and C++: CMake, Meson, Make, or one source. */
export const c: Detector = {
  looksFor: ["CMakeLists.txt", "meson.build", "configure.ac", "Makefile", "*.c", "*.cpp"],
  async find(project): Promise<readonly Found[]> {
    const sources = project.files.filter((path) => /\.(?:c|cc|cpp|cxx)$/u.test(path));
    if (sources.length === 0) return [];
    for (const system of systems) {
      const text = await project.text(system.file);
      const found = text === "" ? undefined : await system.find(project, text);
      if (found !== undefined) return [found];
    }
    const [only, ...others] = sources.filter((path) => !path.includes("/"));
    if (only === undefined || others.length > 0) return [];
    const isC = only.endsWith(".c");
    const step = `mkdir -p /out && ${isC ? "gcc" : "g++"} -O2 -o /out/app ${only}`;
    const compiled = { packages: [isC ? "gcc" : "g++", "libc6-dev"], steps: [step], program: "/out/app" };
    return [await candidate(project, 45, { file: only, fact: "the only source" }, compiled)];
  },
};

const base = "debian:trixie-slim";

async function candidate(
  project: Project,
  confidence: number,
  evidence: { readonly file: string; readonly line?: number | undefined; readonly fact: string },
  compiled: { readonly packages: readonly string[]; readonly steps: readonly string[]; readonly program: string },
): Promise<Found> {
  const programBecause = `${evidence.file}: ${evidence.fact}`;
  const keys = await compiledKeys(project, { from: base, ...compiled, programBecause });
  return { name: "C or C++", confidence, evidence: [evidence], keys };
}

/** Packages of Debian for what build files look for by name. */
const libraryPackages: Readonly<Record<string, string>> = {
  curl: "libcurl4-openssl-dev",
  libcurl: "libcurl4-openssl-dev",
  openssl: "libssl-dev",
  sqlite3: "libsqlite3-dev",
  zlib: "zlib1g-dev",
  threads: "libc6-dev",
  boost: "libboost-all-dev",
  fmt: "libfmt-dev",
  libevent: "libevent-dev",
  libuv: "libuv1-dev",
  libmicrohttpd: "libmicrohttpd-dev",
  jansson: "libjansson-dev",
};

function librariesOf(text: string, pattern: RegExp): readonly string[] {
  const names = [...text.matchAll(pattern)].map(({ groups }) => (groups?.["name"] ?? "").toLowerCase());
  return [...new Set(names.flatMap((name) => libraryPackages[name] ?? []))];
}

interface BuildSystem {
  readonly file: string;
  find(project: Project, text: string): Promise<Found | undefined>;
}

const systems: readonly BuildSystem[] = [
  {
    file: "CMakeLists.txt",
    find: async (project, root) => {
      const text = [root, ...(await textsBelow(project, "CMakeLists.txt"))].join("\n");
      const names = [...text.matchAll(/^[ \t]*add_executable\s*\(\s*(?<name>[\w${}.-]+)/gimu)].map(
        ({ groups }) => groups?.["name"] ?? "",
      );
      const own = /^[^\S\n]*project\s*\(\s*(?<name>[\w.-]+)/imu.exec(text)?.groups?.["name"] ?? "";
      const programs = names
        .map((name) => name.replace(/\$\{(?:CMAKE_)?PROJECT_NAME\}/u, own))
        .filter((name) => !/test|example|bench|\$/iu.test(name));
      const evidence = evidenceAt("CMakeLists.txt", `add_executable(${programs[0] ?? ""})`, {
        text: root,
        shows: /add_executable/iu,
      });
      const [program] = programs;
      if (program === undefined || programs.length > 1) return several("CMake", evidence, programs);
      const found = librariesOf(text, /(?:find_package\s*\(\s*|pkg_check_modules\s*\([^)]*?\b)(?<name>\w+)/giu);
      return Promise.resolve(
        candidate(project, 70, evidence, {
          packages: ["cmake", "g++", "make", "pkg-config", ...found],
          steps: [
            "cmake -S . -B /build -DCMAKE_BUILD_TYPE=Release && cmake --build /build --parallel",
            `mkdir -p /out && find /build -type f -name ${program} -exec cp {} /out/ ";"`,
          ],
          program: `/out/${program}`,
        }),
      );
    },
  },
  {
    file: "meson.build",
    find: async (project, text) => {
      const programs = [...text.matchAll(/\bexecutable\s*\(\s*'(?<name>[^']+)'/gu)].map(
        ({ groups }) => groups?.["name"] ?? "",
      );
      const evidence = evidenceAt("meson.build", `executable('${programs[0] ?? ""}')`, { text, shows: /executable/u });
      const [program] = programs;
      if (program === undefined || programs.length > 1) return several("Meson", evidence, programs);
      return Promise.resolve(
        candidate(project, 68, evidence, {
          packages: [
            "g++",
            "meson",
            "ninja-build",
            "pkg-config",
            ...librariesOf(text, /dependency\s*\(\s*'(?<name>[\w.-]+)'/gu),
          ],
          steps: [
            "meson setup --buildtype=release /build && ninja -C /build",
            `mkdir -p /out && find /build -type f -name ${program} -exec cp {} /out/ ";"`,
          ],
          program: `/out/${program}`,
        }),
      );
    },
  },
  {
    file: "configure.ac",
    find: async (project, text) => {
      const files = ["Makefile.am", ...project.files.filter((path) => /^(?!.*tests?\/).*\/Makefile\.am$/u.test(path))];
      const made = await Promise.all(files.slice(0, 50).map(async (path) => project.text(path)));
      const programs = made.flatMap((one) =>
        [...one.matchAll(/^bin_PROGRAMS\s*\+?=(?<names>.*(?:\\\n.*)*)/gmu)].flatMap(({ groups }) =>
          (groups?.["names"] ?? "").split(/[\s\\]+/u).filter((name) => name !== ""),
        ),
      );
      const evidence = evidenceAt("configure.ac", `it makes ${programs.join(", ")}`, { text, shows: "AC_INIT" });
      const [program] = programs;
      if (program === undefined || programs.length > 1) return several("Autotools", evidence, programs);
      const found = librariesOf(text, /PKG_CHECK_MODULES\s*\(\s*\[?\w+\]?\s*,\s*\[?\s*(?<name>[\w.-]+)/gu);
      return candidate(project, 69, evidence, {
        packages: ["autoconf", "automake", "g++", "libtool", "make", "pkg-config", ...found],
        steps: [
          "autoreconf --install && ./configure --prefix=/usr && make && make install DESTDIR=/build",
          `mkdir -p /out && cp /build/usr/bin/${program} /out/`,
        ],
        program: `/out/${program}`,
      });
    },
  },
  {
    file: "Makefile",
    find: async (project, text) => {
      const variable =
        /^[ \t]*(?:TARGET|PROG|PROGRAM|BIN|BINARY|EXE|EXECUTABLE|NAME)\s*[:?]?=\s*(?<name>[\w./-]+)\s*$/mu.exec(text);
      const output = /\s-o\s+(?<name>[A-Za-z][\w./-]*)(?=\s|$)/mu.exec(text);
      const found = variable ?? output ?? madeTarget(text);
      const program = found?.groups?.["name"]?.replace(/^\.\//u, "");
      const evidence = evidenceAt("Makefile", `it makes ${program ?? ""}`, { text, shows: found?.[0] ?? "" });
      if (program === undefined || program.endsWith(".o"))
        return several("Make", { file: "Makefile", fact: "a Makefile" }, []);
      const name = program.slice(program.lastIndexOf("/") + 1);
      return Promise.resolve(
        candidate(project, 60, evidence, {
          packages: ["g++", "make", "pkg-config"],
          steps: ["make", `mkdir -p /out && cp ${program} /out/${name}`],
          program: `/out/${name}`,
        }),
      );
    },
  },
];

/** The texts of a build system's files in directories below that hold no tests. */
async function textsBelow(project: Project, name: string): Promise<readonly string[]> {
  const paths = project.files.filter(
    (path) => path.endsWith(`/${name}`) && !/(?:^|\/)(?:tests?|examples?)\//u.test(path),
  );
  return Promise.all(paths.slice(0, 50).map(async (path) => project.text(path)));
}

/** What the target `all`, or the first, of a Makefile makes with `-o $@`. */
function madeTarget(text: string): RegExpExecArray | undefined {
  const all =
    /^all\s*:\s*(?<name>[A-Za-z][\w.-]*)\s*$/mu.exec(text) ?? /^(?<name>[A-Za-z][\w-]*)\s*:(?!=)/mu.exec(text);
  const name = all?.groups?.["name"] ?? "";
  const recipe = new RegExp(
    `^${name.replaceAll(".", "\\.")}\\s*:(?!=)[^\\n]*\\n(?:\\t[^\\n]*\\n?)*?\\t[^\\n]*-o\\s+\\$@`,
    "mu",
  );
  return all !== null && name !== "" && recipe.test(text) ? all : undefined;
}

function several(
  system: string,
  evidence: { readonly file: string; readonly fact: string },
  programs: readonly string[],
): Found {
  const reason =
    programs.length === 0 ? `${system} names no program` : `${system} makes the programs ${programs.join(", ")}`;
  return {
    name: "C or C++",
    confidence: 60,
    evidence: [evidence],
    reason,
    hint: "write a spec with build steps, and name one program in binaries",
  };
}
