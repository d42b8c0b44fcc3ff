import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("takes what a here document names for settings of what is started then", async () => {
  const more = "\n//- /srv/model.bin\n//- /usr/share/words/de.txt\n";
  const script = `DATA=/usr/share/words
cat > /tmp/own.conf <<EOF
# /srv/comment
model = /srv/model.bin
words = $DATA/de.txt
command=nginx -g x
EOF`;
  const found = (await trace(script, { more })).split("\n");
  expect(found).toEqual(
    expect.arrayContaining([
      "file /srv/model.bin: names /srv/model.bin (line 2)",
      "file /usr/share/words/de.txt: names /usr/share/words/de.txt (line 2)",
      "program /usr/bin/nginx [-g, x]: has a text with the command nginx (line 2)",
    ]),
  );
  expect(found.join()).not.toContain("comment");
});

it("takes a here document for the code of an interpreter", async () => {
  const more =
    "\n//- /usr/bin/python3 0755 elf=x86_64\n//- /usr/bin/perl 0755 elf=x86_64\n//- /usr/bin/php 0755 elf=x86_64\n";
  const script = `python3 - a <<'EOF'
import yaml
EOF
cat <<EOF | perl
use YAML;
EOF
php <<< '<?php require "/srv/a.php";'
sh -s x <<EOF
id
EOF
python3 -m json.tool <<EOF
{}
EOF
python3 main.py <<EOF
{}
EOF
cat <<EOF
import no
EOF`;
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "program /usr/bin/python3 [-c, import yaml
    , a]: runs python3 (line 1)
    program /usr/bin/cat []: runs cat (line 4)
    program /usr/bin/perl [-e, use YAML;
    ]: runs perl (line 4)
    program /usr/bin/php [-r,  require "/srv/a.php";]: runs php (line 7)
    program /usr/bin/sh [-c, id
    , x]: runs sh (line 8)
    program /usr/bin/python3 [-m, json.tool]: runs python3 (line 11)
    program /usr/bin/python3 [main.py]: runs python3 (line 14)
    program /usr/bin/cat []: runs cat (line 17)"
  `);
});
