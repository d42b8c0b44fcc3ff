import type { Subset } from "./debian-subset.ts";

/** What runs the function, and what a person would install to build it. */
export interface Language {
  readonly name: "Python" | "Node" | "Java" | "bootstrap";
  /** The folder below `functions`. */
  readonly folder: string;
  readonly packages: readonly string[];
  /** Packages that a whole image has for development. */
  readonly development: readonly string[];
}

export const languages: readonly Language[] = [
  {
    name: "Python",
    folder: "python",
    packages: ["python3"],
    development: ["python3-pip", "python3-venv"],
  },
  { name: "Node", folder: "node", packages: ["nodejs"], development: [] },
  { name: "Java", folder: "java", packages: ["openjdk-21-jre-headless"], development: ["openjdk-21-jdk-headless"] },
  { name: "bootstrap", folder: "bootstrap", packages: [], development: [] },
];

/** An image that others would use for the function. */
export interface Rival {
  readonly name: string;
  readonly what: string;
  /** True: with all that its packages need. */
  readonly withNeeds: boolean;
  /** True: Debian's essential packages are in it. */
  readonly essential: boolean;
  readonly packages: (language: Language) => readonly string[];
  /** Packages that come with all that they need, whatever the others do. */
  readonly whole?: (language: Language) => readonly string[];
  readonly database: Subset["database"];
}

const tools = ["build-essential", "git", "curl", "wget", "openssh-client", "procps", "unzip", "xz-utils"];

/** The packages that distroless's lists name for its images of C programs, Python and Java, as Debian 13 has them. */
const distroless: Readonly<Record<Language["name"], string>> = {
  bootstrap: "base-files netbase tzdata media-types ca-certificates",
  Node: `base-files netbase tzdata media-types ca-certificates libc6 libssl3t64 libgcc-s1 gcc-14-base libstdc++6
    libgomp1 zlib1g`,
  Python: `base-files netbase tzdata media-types ca-certificates libc6 libssl3t64 libgcc-s1 gcc-14-base libbz2-1.0
    libdb5.3t64 libexpat1 libffi8 liblzma5 libncursesw6 libtinfo6 libreadline8t64 libsqlite3-0 libuuid1 zlib1g
    libcom-err2 libcrypt1 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libnsl2 libtirpc3t64
    readline-common libpython3.13-minimal libpython3.13-stdlib python3.13-minimal python3-minimal libpython3-stdlib
    dash`,
  Java: `base-files netbase tzdata media-types ca-certificates libc6 libssl3t64 libgcc-s1 gcc-14-base libstdc++6 zlib1g
    libjpeg62-turbo libpng16-16t64 liblcms2-2 libfreetype6 fontconfig-config libfontconfig1 libuuid1 libexpat1
    libbrotli1 libharfbuzz0b libgraphite2-3 libglib2.0-0t64 libpcre2-8-0 openjdk-21-jre-headless`,
};

/** What Amazon's minimal base has, by Debian's names: a shell, its tools, certificates, a client, a package manager. */
const lambda = [
  "bash",
  "coreutils",
  "grep",
  "sed",
  "mawk",
  "curl",
  "ca-certificates",
  "tzdata",
  "apt",
  "dpkg",
  "openssl",
];

export const rivals: readonly Rival[] = [
  {
    name: "Debian",
    what: "Debian with compilers, git and clients, as the images `python:3` and `node:24` have them",
    withNeeds: true,
    essential: true,
    packages: ({ packages, development }) => ["apt", "ca-certificates", ...tools, ...packages, ...development],
    database: "status",
  },
  {
    name: "Debian slim",
    what: "Debian's essential packages, apt and the language",
    withNeeds: true,
    essential: true,
    packages: ({ packages }) => ["apt", "ca-certificates", ...packages],
    database: "status",
  },
  {
    name: "Lambda-like",
    what: "a shell, its tools, curl and a package manager, as Amazon's minimal base, and the language",
    withNeeds: true,
    essential: false,
    packages: ({ packages }) => [...lambda, ...packages],
    database: "status",
  },
  {
    name: "distroless-like",
    what: "the packages that distroless's public lists name, without scripts or a package manager",
    withNeeds: false,
    essential: false,
    packages: ({ name }) => distroless[name].split(/\s+/u),
    // Its makers' Node is one program; Debian's has its parts in packages of their own.
    whole: ({ name, packages }) => (name === "Node" ? packages : []),
    database: "status.d",
  },
];
