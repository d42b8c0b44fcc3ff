import { cacheFolder, type Install, type Listed, shell } from "../../languages/install.ts";
import type { LanguageManagers } from "../../languages/manager.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";

/** Where Python's dependencies lie: an environment of their own. */
const venv = "/opt/venv";

// An environment that sees the builder's own packages too, and has no package manager in it.
const makeVenv = `python=$1 venv=$2
shift 2
"$python" -m venv --without-pip --system-site-packages "$venv"
`;
const pipFlags = "--no-input --disable-pip-version-check --root-user-action=ignore";
// The builder's own program, or one that pip puts where nothing of it stays.
const findProgram = `program=$1 requirement=$2
shift 2
if ! command -v "$program" >/dev/null 2>&1; then
  "$python" -m pip install --quiet ${pipFlags} --target "/tmp/pith-$program" "$requirement"
  export PATH="/tmp/pith-$program/bin:$PATH" PYTHONPATH="/tmp/pith-$program"
fi
export VIRTUAL_ENV="$venv"
"$program" "$@"
`;
// As pip does of itself, but on every core and with nothing else loaded; what is no source of this version is left as
// it is.
const compile = `unset PYTHONPATH
"$venv/bin/python" - "$venv/lib" <<'END' || :
import compileall, os, sys

places = [(folder, names) for folder, _, names in os.walk(sys.argv[1])]
sources = sorted(os.path.join(folder, name) for folder, names in places for name in names if name.endswith(".py"))
count = min(len(os.sched_getaffinity(0)), len(sources))
for part in range(count):
    if os.fork() == 0:
        try:
            for source in sources[part::count]:
                compileall.compile_file(source, quiet=2)
        finally:
            os._exit(0)
for part in range(count):
    os.wait()
END
`;
const withProgram = `${makeVenv}${findProgram}${compile}`;

// pip's own option starts a second pip in the environment, which mostly sees the first one's modules anyway.
const pip = `if [ "$("$venv/bin/python" -c 'import importlib.util; print(importlib.util.find_spec("pip") is not None)')" = True ]; then
  "$venv/bin/python" -m pip "$@"
else
  "$python" -m pip --python "$venv/bin/python" "$@"
fi
`;

// The list of a project without a lock (PEP 621). Python itself reads it; pip would build the project, too.
const readProject = `list=$("$1" - <<'END'
try:
    import tomllib
except ModuleNotFoundError:
    from pip._vendor import tomli as tomllib

with open("pyproject.toml", "rb") as file:
    print("\\n".join(tomllib.load(file).get("project", {}).get("dependencies", [])))
END
)
printf '%s\\n' "$list" >/tmp/pith-requirements.txt
`;

export function installPip({ has, text, interpreter }: Listed): Install {
  if (!has("requirements.txt")) {
    const list = "/tmp/pith-requirements.txt";
    const words = ["install", "--no-compile", ...pipFlags.split(" "), "-r", list];
    return {
      title: "pip install what project.dependencies of pyproject.toml lists",
      args: shell(`${readProject}${makeVenv}${pip}${compile}rm -f ${list}\n`, interpreter, venv, ...words),
      env: { PIP_CACHE_DIR: cacheFolder("pip") },
      needsSources: /@\s*file:/u.test(text("pyproject.toml")),
    };
  }
  return {
    title: "pip install -r requirements.txt",
    args: shell(
      `${makeVenv}${pip}${compile}`,
      interpreter,
      venv,
      "install",
      "--no-compile",
      ...pipFlags.split(" "),
      "-r",
      "requirements.txt",
    ),
    env: { PIP_CACHE_DIR: cacheFolder("pip") },
    reads: ["requirements.txt"],
    // Requirements that point at files of the application are installed from them.
    needsSources:
      /^[ \t]*(?:-e|--editable|-r|--requirement|-c|--constraint|-f|--find-links|\.{0,2}\/|file:)|@\s*file:/mu.test(
        text("requirements.txt"),
      ),
  };
}

export function installUv({ isLocked, text, interpreter }: Listed): Install {
  const locked = isLocked ? ["--locked"] : [];
  const words = ["sync", ...locked, "--no-dev", "--no-install-project", "--no-editable"];
  const required = /^[ \t]*required-version\s*=\s*"(?<range>[^"]+)"/mu.exec(
    `${text("uv.toml")}\n${text("pyproject.toml")}`,
  );
  return {
    title: `uv ${words.join(" ")}`,
    args: shell(withProgram, interpreter, venv, "uv", `uv${versionRange(required?.groups?.["range"])}`, ...words),
    env: {
      UV_PROJECT_ENVIRONMENT: venv,
      UV_PYTHON: interpreter,
      UV_PYTHON_DOWNLOADS: "never",
      UV_CACHE_DIR: cacheFolder("uv"),
      // The cache is another file system, and nothing may point into it.
      UV_LINK_MODE: "copy",
      PIP_CACHE_DIR: cacheFolder("pip"),
    },
    // The project itself is listed too, as what lies in the directory of the lock.
    needsSources: /source = \{ (?:editable|directory|virtual|path) = "(?!\.")/u.test(text("uv.lock")),
  };
}

/** A version alone means this one, as the tool itself reads it. */
function versionRange(range: string | undefined): string {
  if (range === undefined) return "";
  return /^\d/u.test(range) ? `==${range}` : range;
}

export function installPoetry({ text, interpreter }: Listed): Install {
  const words = ["install", "--only=main", "--no-root", "--no-ansi"];
  const lock = text("poetry.lock");
  const maker = /generated by Poetry (?<version>[\d.]+\d)/u.exec(lock)?.groups?.["version"];
  return {
    title: `poetry ${words.join(" ")}`,
    args: shell(
      withProgram,
      interpreter,
      venv,
      "poetry",
      maker === undefined ? "poetry" : `poetry==${maker}`,
      ...words,
    ),
    env: {
      POETRY_NO_INTERACTION: "1",
      POETRY_CACHE_DIR: cacheFolder("poetry"),
      PIP_CACHE_DIR: cacheFolder("pip"),
    },
    needsSources: /^type = "(?:directory|file)"/mu.test(lock) || /\bpath\s*=\s*"/u.test(text("pyproject.toml")),
  };
}

export function installPipenv({ isLocked, text, interpreter }: Listed): Install {
  const words = isLocked ? ["sync"] : ["install", "--skip-lock"];
  return {
    title: `pipenv ${words.join(" ")}`,
    args: shell(withProgram, interpreter, venv, "pipenv", "pipenv", ...words),
    env: {
      PIPENV_CACHE_DIR: cacheFolder("pipenv"),
      PIPENV_NOSPIN: "1",
      // Less talk of the environment that it is told to use.
      PIPENV_VERBOSITY: "-1",
      PIPENV_YES: "1",
      PIP_CACHE_DIR: cacheFolder("pip"),
    },
    needsSources: /"(?:path|file)"\s*:/u.test(text("Pipfile.lock")) || /\b(?:path|file)\s*=/u.test(text("Pipfile")),
  };
}

/** A package without a wheel runs its own `setup.py`, or what its `pyproject.toml` names. */
const onlyBuilt = { PIP_ONLY_BINARY: ":all:" } as const;

/** Package managers of Python. */
export const pythonManagers: LanguageManagers = {
  language: "python",
  managers: [
    {
      name: "uv",
      locks: ["uv.lock"],
      lists: ["pyproject.toml"],
      reads: ["uv.toml", ".python-version"],
      makes: [".venv"],
      install: installUv,
      withoutScripts: { env: { ...onlyBuilt, UV_NO_BUILD: "1" } },
    },
    {
      name: "poetry",
      locks: ["poetry.lock"],
      lists: ["pyproject.toml"],
      reads: ["poetry.toml"],
      makes: [".venv"],
      install: installPoetry,
      withoutScripts: { env: { ...onlyBuilt, POETRY_INSTALLER_ONLY_BINARY: ":all:" } },
    },
    {
      name: "pipenv",
      locks: ["Pipfile.lock"],
      lists: ["Pipfile"],
      reads: [],
      makes: [".venv"],
      install: installPipenv,
      withoutScripts: { env: onlyBuilt },
    },
    {
      name: "pip",
      locks: ["requirements.txt"],
      lists: ["requirements.txt", "pyproject.toml"],
      reads: [],
      makes: [],
      install: installPip,
      withoutScripts: { env: onlyBuilt },
    },
  ],
  foreignLocks: [{ name: "pdm.lock", manager: "pdm" }],
  locate(interpreter = "python3") {
    const name = interpreter.slice(interpreter.lastIndexOf("/") + 1);
    return { prefix: toAbsPath(venv), interpreter: toAbsPath(`${venv}/bin/${name}`) };
  },
};
