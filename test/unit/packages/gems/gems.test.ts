import { expect, it } from "vitest";
import { gems } from "../../../../src/packages/gems/gems.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { read } from "../read-packages.ts";

const ruby = `
//- /var/lib/gems/3.3.0/specifications/nokogiri-1.18.1-x86_64-linux.gemspec
# -*- encoding: utf-8 -*-
# stub: nokogiri 1.18.1 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = "1.18.1".freeze
  s.authors = ["Mike \\"M\\" D".freeze, "Other".freeze]
  s.executables = ["nokogiri".freeze]
  s.homepage = "https://nokogiri.org".freeze
  s.licenses = ["MIT".freeze, "Zlib".freeze]
end
//- /var/lib/gems/3.3.0/specifications/old-0.1.gemspec
Gem::Specification.new do |s|
  s.name = "old"
  s.version = Gem::Version.new("0.1")
  s.license = "Ruby"
//- /var/lib/gems/3.3.0/specifications/empty.gemspec
puts
//- /var/lib/gems/3.3.0/bin/nokogiri
//- /var/lib/gems/3.3.0/gems/nokogiri-1.18.1-x86_64-linux/lib/nokogiri.rb
//- /var/lib/gems/3.3.0/gems/nokogiri-1.18.1-x86_64-linux/gems/decoy/lib.rb
//- /var/lib/gems/3.3.0/extensions/x86_64-linux/3.3.0/nokogiri-1.18.1-x86_64-linux/gem.build_complete
//- /var/lib/gems/3.3.0/gems/old-0.1/lib/old.rb
//- /var/lib/gems/3.3.0/gems/old-0.10/lib/other.rb
//- /usr/local/lib/ruby/3.3.0/json/common.rb
//- /usr/local/lib/ruby/3.3.0/set.rb
//- /usr/local/lib/ruby/gems/3.3.0/specifications/default/json-2.9.1.gemspec
# stub: json 2.9.1 ruby lib
Gem::Specification.new do |s|
  s.files = ["lib/json/common.rb".freeze, "lib/json/gone.rb".freeze]
`;

it("reads the gems of a gem directory, and those that come with Ruby", async () => {
  expect(await read(gems, parseFixture(ruby))).toMatchInlineSnapshot(`
    [
      "pkg:gem/json@2.9.1 | - | - | /usr/local/lib/ruby/gems/3.3.0/specifications/default/json-2.9.1.gemspec /usr/local/lib/ruby/3.3.0/json/common.rb",
      "pkg:gem/nokogiri@1.18.1?platform=x86_64-linux | MIT AND Zlib | Mike "M" D | /var/lib/gems/3.3.0/specifications/nokogiri-1.18.1-x86_64-linux.gemspec /var/lib/gems/3.3.0/bin/nokogiri /var/lib/gems/3.3.0/extensions/x86_64-linux/3.3.0/nokogiri-1.18.1-x86_64-linux/gem.build_complete /var/lib/gems/3.3.0/gems/nokogiri-1.18.1-x86_64-linux/gems/decoy/lib.rb /var/lib/gems/3.3.0/gems/nokogiri-1.18.1-x86_64-linux/lib/nokogiri.rb",
      "pkg:gem/old@0.1 | Ruby | - | /var/lib/gems/3.3.0/specifications/old-0.1.gemspec /var/lib/gems/3.3.0/gems/old-0.1/lib/old.rb",
    ]
  `);
});
