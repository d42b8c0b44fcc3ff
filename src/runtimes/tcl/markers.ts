import type { RuntimeMarkers } from "../shared/markers.ts";

/** How programs of Tcl are known. */
export const tclMarkers: RuntimeMarkers = {
  programs: [{ program: "tclsh", texts: ["Tcl_MainEx"] }],
};
