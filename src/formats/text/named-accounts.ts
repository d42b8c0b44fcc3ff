/** `USER = "www-data"`, `"group": "mail"`, `user www-data;`, `--reuid=app`, `${RUN_USER:-app}`. */
const setting =
  /(?:user|group|owner|uid|gid|run_?as|account)\w{0,12}["']?\s{0,4}(?::-|:=|=>|[:=]|\s)\s{0,4}["']?([A-Za-z_][\w.-]{0,31})/giu;
/** What looks an account up, takes its rights, or gives it a file: `getpwnam("app")`, `chown -R app:app /srv`. */
const call =
  /\b(?:\w{0,6}get(?:pw|gr)_?nam|set(?:e|re|res)?[ug]id|setgroups|initgroups|l?chown|chgrp|from_name|runuser|setpriv|su-exec|install|chpst|gosu|sudo|su)\b([^\n;]{0,120})/gu;
const word = /(?<![\w./-])[A-Za-z_][\w.-]{0,31}(?![\w/(-])/gu;

/** As distributions name accounts. */
const accountName = /^[a-z_][a-z\d_-]{1,31}$/u;

/** Words that may be names of accounts where a text of any language speaks of one, in order. */
export function accountsNamed(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [, name = ""] of text.matchAll(setting)) found.add(name);
  for (const [, rest = ""] of text.matchAll(call)) for (const [name] of rest.matchAll(word)) found.add(name);
  return [...found].filter((name) => accountName.test(name)).sort();
}
