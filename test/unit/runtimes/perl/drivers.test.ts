import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

const dbi = `//- /usr/share/perl5/DBI.pm
sub connect { my ($class, $dsn) = @_; DBI->install_driver($driver) }
eval qq{ require $driver_class }; my $driver_class = "DBD::$driver";
//- /usr/share/perl5/DBD/SQLite.pm
//- /usr/share/perl5/DBD/Pg.pm
//- /usr/share/perl5/DBD/Sponge.pm
//- /usr/share/perl5/DBD/File.pm
sub open { $_[0]->connect($anything) }
`;

it.each([
  ['DBI->connect("dbi:SQLite:dbname=x", "", "")', "SQLite Sponge"],
  ["DBI->connect_cached(qq{DBI:Pg(RaiseError=>1):host=$host})", "Pg Sponge"],
  ["my $dsn = 'dbi:SQLite:' . $path;\nmy $base = DBI->connect($dsn, $user)", "SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); Other->connect("dbi:Pg:y")', "Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); My::Base->connect($y)', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:$kind:x")', "File Pg SQLite Sponge"],
  ["my ($dsn) = @_;\nDBI->connect($dsn)", "File Pg SQLite Sponge"],
  ["my $dsn = 'dbi:SQLite:x'; $dsn = shift if @ARGV;\nDBI->connect($dsn)", "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); DBI->$method($y)', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); connect DBI $y', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); print DBI->available_drivers', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:Gofer:transport=null;dsn=dbi:Pg:x")', "File Pg SQLite Sponge"],
  ['DBI->connect("dbi:SQLite:x"); require DBI::ProxyServer', "File Pg SQLite Sponge"],
  ["My::Base->new", "File Pg SQLite Sponge"],
])("knows the drivers of DBI from data sources that are written down: %s", async (code, drivers) => {
  const found = await trace(`//- /app/app.pl\nuse DBI;\n${code};\n${dbi}`, { prune: "reachable" });
  const names = [...found.matchAll(/\/DBD\/(\w+)\.pm/gu)].map((match) => match[1]);
  expect(names.join(" ")).toBe(drivers);
});

it("takes every driver of DBI where packages are whole, and where the environment names one", async () => {
  const app = `//- /app/app.pl\nuse DBI;\nDBI->connect("dbi:SQLite:x");\n${dbi}`;
  expect(await trace(app)).toContain("/DBD/Pg.pm");
  expect(await trace(app, { prune: "reachable", env: { DBI_AUTOPROXY: "dbi:Gofer:x" } })).toContain("/DBD/Pg.pm");
  const args = ["-MDBI", "-MDBI::Gofer::Transport::stream", "-e", 'DBI->connect("dbi:SQLite:x")'];
  expect(await trace(app, { prune: "reachable", args })).toContain("/DBD/Pg.pm");
});
