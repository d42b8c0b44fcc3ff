import { expect, it } from "vitest";
import { localesSet, localesText } from "../../../../src/formats/text/set-locales.ts";

it.each([
  ["setlocale(LC_ALL, 'de_DE.UTF-8', 'de_DE');", ["de_DE", "de_DE.UTF-8"], false],
  ['locale.setlocale(locale.LC_TIME, ("fr_FR", "UTF-8"))', ["fr_FR"], false],
  ['setlocale(LC_ALL, "$locale.UTF-8", $locale);', [], true],
  ["locale.setlocale(locale.LC_ALL, name)", [], true],
  ["my $old = setlocale(LC_NUMERIC);", [], false],
  ["setlocale(LC_ALL, '');", [], false],
  ["locale.setlocale(locale.LC_ALL, None)", [], false],
  ['$ENV{LC_ALL} = "sv_SE.UTF-8";', ["sv_SE.UTF-8"], false],
  ["# setlocale(LC_ALL, $x)", [], false],
])("reads the locales that %s sets", (text, names, isOpen) => {
  const found = localesSet(text);
  expect(found).toEqual({ names, isOpen });
  expect(localesSet(`0 # ${localesText(found)}`)).toEqual(found);
});
