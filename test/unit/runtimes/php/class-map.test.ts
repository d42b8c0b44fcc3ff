import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { createClassMap } from "../../../../src/runtimes/php/class-map.ts";

it("reads the class maps of phpab and of Composer, whatever comes first", () => {
  const map = createClassMap();
  const composer = toAbsPath("/app/vendor/composer/autoload_static.php");
  expect(map.read("<?php new \\Acme\\Later();", toAbsPath("/app/a.php"))).toEqual([]);
  const text = `<?php return array(
    'Acme\\\\Later' => __DIR__ . '/..' . '/acme/later/src/Later.php',
    'Acme\\\\Sooner' => $vendorDir . '/acme/Sooner.php',
    'Own' => $baseDir . '/src/Own.php',
    'Odd' => $else . '/src/Odd.php',
  );`;
  expect(map.read(text, composer)).toEqual(["/app/vendor/acme/later/src/Later.php"]);
  expect(map.read("<?php class A extends Sooner {} Own::x(); Odd::y();", toAbsPath("/app/b.php"))).toEqual([
    "/app/vendor/acme/Sooner.php",
    "/app/src/Own.php",
  ]);
  expect(map.read("<?php new Sooner();", toAbsPath("/app/c.php"))).toEqual([]);
});

it("takes of a map of classes what sources make of the names of used ones, whichever is read first", () => {
  const map =
    "'a\\\\length' => '/Length.php', 'a\\\\lengthtype' => '/LengthType.php', 'a\\\\mailtype' => '/MailType.php'";
  const makers = ["static::class . 'Type'", "get_class($this).'Type'", '"{$name}Type"', "ucfirst($x) . 'Type'"];
  for (const maker of makers) {
    const sources = [`<?php $m = [${map}];`, `<?php new Length(); class_exists($x);`, `<?php $c = ${maker}; new $c();`];
    for (const order of [sources, sources.toReversed()]) {
      const classes = createClassMap();
      const found = order.flatMap((text) => {
        classes.readJoined(text, toAbsPath("/lib/x.php"));
        return classes.read(text, toAbsPath("/lib/x.php"));
      });
      expect(new Set(found)).toEqual(new Set(["/lib/Length.php", "/lib/LengthType.php"]));
    }
  }
});

it("takes of a map of classes what has another ending in place of that of a used name", () => {
  const map = String.raw`'a\\kitbundle' => '/KitBundle.php', 'a\\kitextension' => '/KitExtension.php', 'a\\noextension' => '/No.php'`;
  const maker = String.raw`$base = preg_replace('/Bundle$/', '', $this->getName()); return class_exists($n.'\\D\\'.$base.'Extension');`;
  const sources = [`<?php $m = [${map}];`, "<?php new KitBundle();", `<?php ${maker}`];
  for (const order of [sources, sources.toReversed()]) {
    const classes = createClassMap();
    const found = order.flatMap((text) => {
      classes.readJoined(text, toAbsPath("/lib/x.php"));
      return classes.read(text, toAbsPath("/lib/x.php"));
    });
    expect(new Set(found)).toEqual(new Set(["/lib/KitBundle.php", "/lib/KitExtension.php"]));
  }
});
