import type { RuntimeMarkers } from "../shared/markers.ts";

/** How programs of Java are known. */
export const javaMarkers: RuntimeMarkers = {
  programs: [{ program: "java", texts: ["JLI_Launch"] }],
};
