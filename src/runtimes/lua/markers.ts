import type { RuntimeMarkers } from "../../languages/markers.ts";

/** How programs of Lua are known. */
export const luaMarkers: RuntimeMarkers = {
  programs: [{ program: "lua", texts: ["LUA_INIT", "[options] [script [args]]"] }],
};
