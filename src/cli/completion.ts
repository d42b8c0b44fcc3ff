import type { Command, OptionSpec } from "./command.ts";
import { commonOptions } from "./words.ts";

/** Shells that `pith completion` knows. */
export const shells = ["bash", "fish", "zsh"] as const;

export type Shell = (typeof shells)[number];

/** The script that teaches a shell the commands and their options, made from the same table as `--help`. */
export function renderCompletion(shell: Shell, commands: readonly Command[]): string {
  return renderers[shell](commands);
}

const renderers: Readonly<Record<Shell, (commands: readonly Command[]) => string>> = {
  bash: renderBash,
  fish: renderFish,
  zsh: renderZsh,
};

function optionsOf(command: Command): readonly OptionSpec[] {
  return [...command.options, ...commonOptions];
}

function spellings({ name, short }: OptionSpec): readonly string[] {
  return [...(short === undefined ? [] : [`-${short}`]), `--${name}`];
}

/** Single quotes, which every one of the shells takes as they stand. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function renderBash(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const files = `COMPREPLY=($(compgen -f -- "$word"))`;
  const oneOf = (words: string): string => `COMPREPLY=($(compgen -W ${words} -- "$word"))`;
  const valuesOf = ({ values, completes }: OptionSpec): string => {
    if (completes === "targets") return oneOf('"$(pith completion targets $(_pith_file) 2>/dev/null)"');
    return values === undefined ? files : oneOf(quoted(values.join(" ")));
  };
  const cases = commands.map((command) => {
    const options = optionsOf(command);
    const valued = options
      .filter(({ value }) => value !== undefined)
      .map((option) => `${spellings(option).join("|")}) ${valuesOf(option)}; return ;;`);
    const paths = `/*) ${oneOf('"$(pith completion paths "$word" 2>/dev/null)"')}
           [ "\${#COMPREPLY[@]}" -eq 0 ] && ${files} ;;
        `;
    const values = command.values === undefined ? files : oneOf(quoted(command.values.join(" ")));
    return `    ${command.name})
${valued.length === 0 ? "" : `      case "$previous" in\n        ${valued.join("\n        ")}\n      esac\n`}      case "$word" in
        -*) COMPREPLY=($(compgen -W ${quoted(options.flatMap(spellings).join(" "))} -- "$word")) ;;
        ${command.completes === "paths" ? paths : ""}*) ${values} ;;
      esac
      ;;`;
  });
  return `# bash completion for pith: source <(pith completion bash)
_pith_file() {
  local at
  for (( at = 1; at < COMP_CWORD; at++ )); do
    case "\${COMP_WORDS[at]}" in -f|--file) printf -- '-f %q' "\${COMP_WORDS[at+1]}" ;; esac
  done
}
_pith() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quoted(`${names} --help --version`)} -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
    help) COMPREPLY=($(compgen -W ${quoted(names)} -- "$word")) ;;
${cases.join("\n")}
  esac
}
complete -o filenames -F _pith pith
`;
}

function renderFish(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => {
    const isFirst = "__fish_use_subcommand";
    const isHere = quoted(`__fish_seen_subcommand_from ${command.name}`);
    return [
      `complete -c pith -n ${isFirst} -f -a ${command.name} -d ${quoted(command.summary)}`,
      ...(command.values === undefined
        ? []
        : [`complete -c pith -n ${isHere} -f -a ${quoted(command.values.join(" "))}`]),
      ...(command.completes === "paths"
        ? [`complete -c pith -n ${isHere} -a '(pith completion paths (commandline -ct) 2>/dev/null)'`]
        : []),
      ...optionsOf(command).map(({ name, short, value, values, completes, description }) => {
        const letter = short === undefined ? "" : ` -s ${short}`;
        const asked = completes === "targets" ? "(pith completion targets 2>/dev/null)" : values?.join(" ");
        const offered = asked === undefined ? "" : ` -f -a ${quoted(asked)}`;
        return `complete -c pith -n ${isHere}${letter} -l ${name}${value === undefined ? "" : " -r"}${offered} -d ${quoted(description)}`;
      }),
    ];
  });
  const names = quoted(commands.map(({ name }) => name).join(" "));
  return `# fish completion for pith: pith completion fish | source
${lines.join("\n")}
complete -c pith -n '__fish_seen_subcommand_from help' -f -a ${names}
`;
}

function renderZsh(commands: readonly Command[]): string {
  const escape = (text: string) => text.replaceAll(/[[\]:\\]/gu, "\\$&");
  const cases = commands.map((command) => {
    const words = optionsOf(command).map((option) => {
      const [first = "", second] = spellings(option);
      const repeats = option.isRepeatable === true;
      const value = option.value === undefined ? "" : `:${escape(option.value)}:${zshValues(option)}`;
      const text = `[${escape(option.description)}]${value}`;
      if (second === undefined) return quoted(`${repeats ? "*" : ""}${first}${text}`);
      return `${repeats ? "" : quoted(`(${first} ${second})`)}{${first},${second}}${quoted(text)}`;
    });
    const others = command.completes === "paths" ? "'*:path:_pith_paths'" : "'*:file:_files'";
    const rest = command.values === undefined ? others : quoted(`*:value:(${command.values.join(" ")})`);
    return `    ${command.name}) _arguments ${[...words, rest].join(" ")} ;;`;
  });
  return `#compdef pith
# zsh completion for pith: source <(pith completion zsh), or a file called _pith in a folder of $fpath
_pith_targets() {
  local at
  at=\${words[(i)(-f|--file)]}
  compadd -- \${(f)"$(pith completion targets \${words[at]:+-f} \${words[at+1]} 2>/dev/null)"}
}
_pith_paths() {
  if [[ $PREFIX == /* ]]; then compadd -U -S '' -- \${(f)"$(pith completion paths "$PREFIX" 2>/dev/null)"}; fi
  _files
}
_pith() {
  local -a commands
  commands=(${commands.map(({ name, summary }) => quoted(`${name}:${escape(summary)}`)).join(" ")})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
    help) _describe command commands ;;
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = _pith ]; then _pith "$@"; else compdef _pith pith; fi
`;
}

function zshValues({ values, completes }: OptionSpec): string {
  if (completes === "targets") return "_pith_targets";
  return values === undefined ? "_files" : `(${values.join(" ")})`;
}
