import type { RuntimeMarkers } from "../../languages/markers.ts";

/** How programs of Guile are known. */
export const guileMarkers: RuntimeMarkers = {
  programs: [{ program: "guile", texts: ["scm_shell", "scm_boot_guile"] }],
};
