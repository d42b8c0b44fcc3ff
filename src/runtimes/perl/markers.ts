import type { RuntimeMarkers } from "../../languages/markers.ts";

/** How programs of Perl are known. */
export const perlMarkers: RuntimeMarkers = {
  programs: [{ program: "perl", texts: ["This is perl "] }],
  scripts: [{ program: "cpan", pattern: /^use App::Cpan/m }],
};
