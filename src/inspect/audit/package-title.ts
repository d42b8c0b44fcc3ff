/**
 * The name of an owner of files as people write it: `Python 3.13.5` for `generic:python@3.13.5`, `libc6` for
 * `dpkg:libc6`, `@scope/name 1.0.0` for `npm:@scope/name@1.0.0`. Other owners, such as `app`, stay as they are.
 */
export function packageTitle(owner: string): string {
  const { kind, name, version } = /^(?<kind>[a-z]+):(?<name>.[^@]*)(?:@(?<version>.+))?$/u.exec(owner)?.groups ?? {};
  if (name === undefined) return owner;
  const shown = kind === "generic" ? properName(name) : name;
  return version === undefined ? shown : `${shown} ${version}`;
}

/** Programs that their makers publish are called by a name or, where it has no vowel, by letters: `PHP`. */
function properName(name: string): string {
  if (/^[b-df-hj-np-tv-xz]+$/u.test(name)) return name.toUpperCase();
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}
