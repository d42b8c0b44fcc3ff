import type { RuntimeMarkers } from "../../languages/markers.ts";

/** How programs of Tcl are known. */
export const tclMarkers: RuntimeMarkers = {
  programs: [{ program: "tclsh", texts: ["Tcl_MainEx"] }],
};
