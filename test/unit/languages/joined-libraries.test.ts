import { expect, it } from "vitest";
import { joinedLibrariesIn } from "../../../src/languages/joined-libraries.ts";

it.each([
  ['f"lib{name}.so.23"', ["libsodium.so.23", "libnacl.so.23"]],
  ['"lib%s.so" % name', ["libsodium.so", "libnacl.so"]],
  ['"lib#{name}-2.so.1"', ["libsodium-2.so.1", "libnacl-2.so.1"]],
  ['"lib" + name + ".so"', ["libsodium.so", "libnacl.so"]],
  ['"lib{$this->name}.so.1"', ["libsodium.so.1", "libnacl.so.1"]],
  ['"lib" . self::NAME . ".so.1"', ["libsodium.so.1", "libnacl.so.1"]],
  ['"lib$config->{lib}.so.$config->{version}"', ["libsodium.so.", "libnacl.so."]],
  ['"lib{name}.dylib"', []],
  ["Dir['/{opt,usr}/{,local/}lib/*/libaubio.{*.dylib,so.*}']", ["libaubio.so."]],
  ['glob.glob("/usr/lib/*/libmagick-*.so*")', ["libmagick.so."]],
  ['"/usr/lib/liba*.dll"', []],
  ['"libsodium.so"', []],
])("puts the words of a source into %s", (code, names) => {
  expect(joinedLibrariesIn(code, ["sodium", "nacl", "/x", "a b"])).toEqual(names);
});

it("puts all words of a long source into a name", () => {
  const words = Array.from({ length: 2000 }, (_, index) => `word${index}x`);
  expect(joinedLibrariesIn('f"lib{name}.so"', words)).toContain("libword1999x.so");
});
