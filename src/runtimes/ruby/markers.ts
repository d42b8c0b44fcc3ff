import type { RuntimeMarkers } from "../../languages/markers.ts";

/** How programs of Ruby are known. */
export const rubyMarkers: RuntimeMarkers = {
  programs: [{ program: "ruby", texts: ["ruby_run_node"] }],
  scripts: [{ program: "gem", pattern: /Gem::GemRunner/ }],
};
