/** An image of the comparison: an application in the one builder, and the spec that ships it. */
export interface ComparedApplication {
  readonly name: string;
  /** The kind of packages that it is there for; all kinds are compared. */
  readonly ecosystem: "npm" | "PyPI" | "Maven" | "gem" | "Go" | "cargo";
  /** The spec without `from`. */
  readonly spec: string;
  /** Written below the application's folder, `/opt/NAME`, in the builder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Packages of npm that are installed into the application's folder, as `NAME@VERSION`. */
  readonly npm?: readonly string[];
  /** Commands that run in the builder, in the application's folder. */
  readonly steps?: readonly string[];
}

/** Debian's packages that the builder has. */
export const builderPackages: readonly string[] = [
  "cargo",
  "cargo-auditable",
  "gcc",
  "gunicorn",
  "jekyll",
  "libjackson2-databind-java",
  "libjetty9-java",
  "liblogback-java",
  "librust-clap-dev",
  "librust-regex-dev",
  "librust-serde-json-dev",
  "librust-ureq-dev",
  "libspring-core-java",
  "nodejs",
  "openjdk-21-jdk-headless",
  "puma",
  "python3-fastapi",
  "python3-pip",
  "python3-requests",
  "python3-sqlalchemy",
  "python3-venv",
  "python3-wheel",
  "ruby-rackup",
  "ruby-sinatra",
  "uvicorn",
  "zip",
];

const cargoSettings = `[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "/usr/share/cargo/registry"
`;

const crate = (name: string, dependencies: string): string =>
  `[package]\nname = "${name}"\nversion = "0.3.0"\nedition = "2021"\n[dependencies]\n${dependencies}`;

const auditable = ["cargo auditable build --offline --release", "cp target/release/$(basename $PWD) program"];

const main =
  "public class Main {\n  public static void main(String[] words) {\n    System.out.println(words.length);\n  }\n}\n";

export const applications: readonly ComparedApplication[] = [
  {
    name: "npm-express",
    ecosystem: "npm",
    npm: ["express@5.3.0", "ejs@7.0.2"],
    files: { "server.js": "const express = require('express');\nrequire('ejs');\nexpress().listen(3000);\n" },
    spec: "interpreter: node\napp: {from: main, src: /opt/npm-express}\ncmd: [server.js]\n",
  },
  {
    name: "npm-images",
    ecosystem: "npm",
    npm: ["fastify@5.12.8", "sharp@0.35.5", "pino-pretty@13.2.0"],
    files: {
      "server.js":
        "const fastify = require('fastify');\nconst sharp = require('sharp');\nrequire('pino-pretty');\nfastify().get('/', () => sharp('a').toBuffer());\n",
    },
    spec: "interpreter: node\napp: {from: main, src: /opt/npm-images}\ncmd: [server.js]\n",
  },
  {
    name: "pypi-flask",
    ecosystem: "PyPI",
    files: { "app.py": "from flask import Flask\nimport simplejson\n\napp = Flask(__name__)\n" },
    steps: ["python3 -m venv venv", "venv/bin/pip install -q flask gunicorn simplejson"],
    spec: "binaries: [/opt/pypi-flask/venv/bin/gunicorn]\ninterpreter: /opt/pypi-flask/venv/bin/python3\napp: {from: main, src: /opt/pypi-flask}\nentrypoint: [/opt/pypi-flask/venv/bin/gunicorn, app:app]\n",
  },
  {
    name: "pypi-api",
    ecosystem: "PyPI",
    files: {
      "main.py":
        "import fastapi\nimport requests\nimport sqlalchemy\nimport uvicorn\n\napp = fastapi.FastAPI()\nuvicorn.run(app)\n",
    },
    spec: "interpreter: python3\napp: {from: main, src: /opt/pypi-api}\ncmd: [main.py]\n",
  },
  {
    name: "maven-web",
    ecosystem: "Maven",
    files: { "Main.java": main },
    steps: [
      "mkdir lib",
      "cd /usr/share/java && cp -L jetty9-server-9*.jar jetty9-servlet-9*.jar jackson-databind-2*.jar /opt/maven-web/lib",
      "cp -L logback-classic-1*.jar logback-core-1*.jar spring3-core-3*.jar /opt/maven-web/lib && cd /opt/maven-web",
      "javac -d . Main.java",
    ],
    spec: "interpreter: java\napp: {from: main, src: /opt/maven-web}\ncmd: [-cp, '.:lib/*', Main]\n",
  },
  {
    name: "maven-fat",
    ecosystem: "Maven",
    npm: ["google-closure-compiler-java@20261015.0.0"],
    files: { "Main.java": main },
    steps: [
      "mkdir -p BOOT-INF/lib && cp -L /usr/share/java/jackson-core-2*.jar /usr/share/java/jackson-databind-2*.jar BOOT-INF/lib/",
      "javac -d . Main.java && jar --create --file fat.jar --main-class Main --no-compress Main.class BOOT-INF && rm -r BOOT-INF",
      "cp node_modules/google-closure-compiler-java/compiler.jar . && rm -r node_modules package.json package-lock.json",
    ],
    spec: "interpreter: java\napp: {from: main, src: /opt/maven-fat}\ncmd: [-cp, 'fat.jar:compiler.jar', Main]\n",
  },
  {
    name: "gem-sinatra",
    ecosystem: "gem",
    files: { "app.rb": "require 'sinatra'\nrequire 'puma'\nget('/') { 'hello' }\n" },
    spec: "interpreter: ruby\napp: {from: main, src: /opt/gem-sinatra}\ncmd: [app.rb]\n",
  },
  {
    name: "gem-jekyll",
    ecosystem: "gem",
    spec: "interpreter: ruby\nbinaries: [jekyll]\nentrypoint: [jekyll]\n",
  },
  {
    name: "go-schemas",
    ecosystem: "Go",
    npm: ["@bufbuild/buf-linux-x64@1.75.0"],
    steps: ["mv node_modules/@bufbuild/buf-linux-x64/bin/buf schema", "rm -r node_modules package*.json"],
    spec: "binaries: [/opt/go-schemas/schema]\nentrypoint: [/opt/go-schemas/schema]\n",
  },
  {
    name: "go-lint",
    ecosystem: "Go",
    npm: ["@oxlint-tsgolint/linux-x64@7.0.2008", "@esbuild/linux-x64@0.28.2"],
    steps: [
      "find node_modules -name tsgolint -type f -exec mv {} lint ';'",
      "mv node_modules/@esbuild/linux-x64/bin/esbuild bundle",
      "rm -r node_modules package*.json",
    ],
    spec: "binaries: [/opt/go-lint/lint, /opt/go-lint/bundle]\nentrypoint: [/opt/go-lint/lint]\n",
  },
  {
    name: "cargo-search",
    ecosystem: "cargo",
    files: {
      ".cargo/config.toml": cargoSettings,
      "Cargo.toml": crate("cargo-search", 'regex = "1"\nserde_json = "1"\n'),
      "src/main.rs":
        'fn main() {\n    let found = regex::Regex::new("a+").unwrap().is_match("aa");\n    println!("{}", serde_json::json!({ "found": found }));\n}\n',
    },
    steps: auditable,
    spec: "binaries: [/opt/cargo-search/program]\nentrypoint: [/opt/cargo-search/program]\n",
  },
  {
    name: "cargo-fetch",
    ecosystem: "cargo",
    files: {
      ".cargo/config.toml": cargoSettings,
      "Cargo.toml": crate("cargo-fetch", 'clap = "4"\nureq = "3"\n'),
      "src/main.rs":
        'fn main() {\n    let words = clap::Command::new("fetch").arg(clap::Arg::new("url")).get_matches();\n    let url = words.get_one::<String>("url").unwrap();\n    println!("{:?}", ureq::get(url).call().is_ok());\n}\n',
    },
    steps: auditable,
    spec: "binaries: [/opt/cargo-fetch/program]\nentrypoint: [/opt/cargo-fetch/program]\n",
  },
];
