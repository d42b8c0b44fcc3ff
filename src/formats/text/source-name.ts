/** The name of what a package was built from: `source` may have a version behind it, as in `glibc (2.41-12)`. */
export function sourceName({ name, source }: { readonly name: string; readonly source?: string | undefined }): string {
  return source?.replace(/ \(.*$/u, "") ?? name;
}
