/**
 * An absolute path behind a quote, a sign of a setting or the scheme of a database: `"/data/app.db"`, `=/data/app.db`,
 * `sqlite:////data/app.db`. In a URL of the network, the first word is a host.
 */
const written = /(?<=^|["'`=]|[a-z]:(?:\/{2,3})?)\/[\w.+@~-]+(?:(?:\/[\w.+@~${}%:()-]+)+\/?|\/?(?=["'`\s]|$))/gu;
/** From here on, only the run tells. */
const untold = /[$%{}()]|:(?!\/)/u;

/** The same as a value of settings: `data: /casts`, and `- /casts` in a list. */
const value =
  /(?<=^[ \t]{0,40}(?:-[ \t]{1,8})?(?:[\w.-]{1,60}:[ \t]{1,20}|-[ \t]{1,8}))\/[\w.+@~-]{1,80}(?:\/[\w.+@~${}%-]{1,80}){0,12}\/?(?=\s|$)/gmu;

/**
 * Places that a text names by absolute paths, each once: a name that is put together counts as its directory.
 * `isSettings` where values stand without quotes.
 */
export function pathsWritten(text: string, isSettings = false): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [path] of [...text.matchAll(written), ...(isSettings ? text.matchAll(value) : [])]) {
    const cut = untold.exec(path)?.index;
    const known = cut === undefined ? path : path.slice(0, path.slice(0, cut).lastIndexOf("/") + 1);
    // `/data/` of `/data/${name}`: a file in it is meant.
    if (known.length > 1) found.add(cut === undefined ? known.replace(/\/$/u, "") : `${known}*`);
  }
  return found;
}
