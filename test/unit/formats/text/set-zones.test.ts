import { expect, it } from "vitest";
import { zonesSet, zonesText } from "../../../../src/formats/text/set-zones.ts";

it.each([
  ['ENV["TZ"] = "America/New_York"', "TZ=America/New_York"],
  ["$ENV{TZ} = 'Asia/Tokyo';", "TZ=Asia/Tokyo"],
  ["local $ENV{'TZ'} = $zone;", "TZ={}"],
  ['ENV["TZ"] ||= "Europe/Kiev"', "TZ=Europe/Kiev"],
  ['os.environ["TZ"] = tz', "TZ={}"],
  ['os.environ.setdefault("TZ", "UTC")', "TZ=UTC"],
  ["process.env.TZ = `Europe/${city}`;", "TZ={}"],
  ["dict(os.environ, TZ=zone)", "TZ={}"],
  ['export TZ="$1"', "TZ={}"],
  ["TZ=Europe/Oslo date", "TZ=Europe/Oslo"],
  ['putenv("TZ=" . $zone)', "TZ={}"],
  ['putenv("TZ=:Asia/Seoul");', "TZ=Asia/Seoul"],
  ["env: { TZ: Europe/Vienna }", "TZ=Europe/Vienna"],
  ["0 # TZ=Asia/Tokyo TZ={}", "TZ=Asia/Tokyo TZ={}"],
  ['TZ = timezone("Europe/Berlin")', ""],
  ['if ENV["TZ"] == zone', ""],
  ['ENV.fetch("TZ", zone)', ""],
  ['ENV["TZ"] = nil', ""],
  ["# TZ=Europe/Oslo date", ""],
])("reads the zones that %s sets", (text, zones) => {
  expect(zonesText(zonesSet(text))).toBe(zones);
});
