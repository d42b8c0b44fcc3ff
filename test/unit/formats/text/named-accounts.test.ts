import { expect, it } from "vitest";
import { accountsNamed } from "../../../../src/formats/text/named-accounts.ts";

it.each([
  ['USER = "www-data"', ["www-data"]],
  ['{"user": "app", "group": "staff"}', ["app", "staff"]],
  ["user www-data;", ["www-data"]],
  ["U=${RUN_USER:-app}", ["app"]],
  ["setpriv --reuid=app --clear-groups id", ["app"]],
  ["chown -R app:staff /srv/data", ["app", "staff"]],
  ["install -d -o app -g staff /run/own", ["app", "staff"]],
  ['su -s /bin/sh app -c "id"', ["app"]],
  ['Process::UID.from_name("app")', ["app"]],
  ["posix_getpwnam('app')", ["app"]],
  ["usual texts", []],
  ["superb = 1", []],
])("finds the accounts in %s", (text, names) => {
  expect(accountsNamed(text)).toEqual(expect.arrayContaining(names));
  if (names.length === 0) expect(accountsNamed(text)).toEqual([]);
});

it("finds in what it found nothing else", () => {
  const names = accountsNamed('chown app:staff /srv\nuser = "other"');
  expect(accountsNamed(names.map((name) => `user=${name}`).join(" "))).toEqual(names);
});
