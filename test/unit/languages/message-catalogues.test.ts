import { expect, it } from "vitest";
import { messageCatalogues } from "../../../src/languages/message-catalogues.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { fixtureRoot } from "../../support/fixture.ts";

it("finds the messages of a domain in every language, however the domain is written", async () => {
  const files = processFiles(
    fixtureRoot(`
//- /usr/share/locale/de/LC_MESSAGES/shop.mo
//- /usr/share/locale/fr/LC_MESSAGES/shop.mo
//- /usr/share/locale/fr/LC_MESSAGES/other.mo
`),
  );
  for (const code of [
    "textdomain('shop');",
    "bindtextdomain('shop', $d)",
    "use Locale::TextDomain qw(shop);",
    'bindtextdomain "shop"',
  ])
    expect(await messageCatalogues(code, files)).toEqual([
      {
        kind: "listed-directory",
        what: "the messages of shop",
        bound: {
          kind: "paths",
          paths: ["/usr/share/locale/de/LC_MESSAGES/shop.mo", "/usr/share/locale/fr/LC_MESSAGES/shop.mo"],
        },
      },
    ]);
  expect(await messageCatalogues("bindtextdomain('none')", files)).toEqual([]);
});
