import type { RuntimePlugin } from "../../closure/model/closure.ts";
import { baseName } from "../../rootfs/rootfs.ts";
import { startLua } from "./runtime.ts";

/** Lua 5.1 to 5.4 and LuaJIT. */
export const lua: RuntimePlugin = {
  name: "lua",
  library: /^liblua[\w.-]*\.so/u,
  systemDirectories: /^\/usr\/(?:local\/)?(?:share|lib(?:\/[^/]+)?)\/lua\//u,
  sources: /\.lua$/u,
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && [path, realPath].some((name) => /^lua(?:jit)?(?:-?[\d.]+\w*)?$/u.test(baseName(name))),
  start: startLua,
};
