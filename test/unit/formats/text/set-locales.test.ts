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
  ["with calendar.different_locale((code, 'UTF-8')):", [], true],
  ["calendar.LocaleTextCalendar(0, 'de_DE')", ["de_DE"], false],
])("reads the locales that %s sets", (text, names, isOpen) => {
  const found = localesSet(text);
  expect(found).toEqual({ names, quoted: [], isOpen });
  expect(localesSet(`0 # ${localesText(found)}`)).toEqual(found);
});

it("reads names of a language and a country in quotes", () => {
  const found = localesSet(`LOCALES = {"de": "de_DE", 'fr': 'fr_FR', "x": "a_B"}; setlocale(LC_ALL, "de_DE")`);
  expect(found).toEqual({ names: ["de_DE"], quoted: ["fr_FR"], isOpen: false });
  expect(localesSet(`0 # ${localesText(found)}`)).toEqual(found);
});
