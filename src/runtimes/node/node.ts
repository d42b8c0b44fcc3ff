import type { RuntimePlugin } from "../../closure/model/closure.ts";
import { isNotRun } from "../../languages/javascript/packages.ts";
import { baseName } from "../../rootfs/rootfs.ts";
import { defaultNodeArgs } from "./default-args.ts";
import { startNode } from "./runtime.ts";
import { callNodeFunction } from "./runtime-interface-client.ts";

/** Node.js: the official program and the builds of distributions. */
export const node: RuntimePlugin = {
  name: "node",
  systemDirectories: /\/node_modules\/|^\/usr\/(?:share|lib(?:\/[^/]+)?)\/nodejs\//u,
  packageDirectories: ["node_modules"],
  readsEverySource: true,
  modules: /\.[cm]?js$/u,
  isNotRun,
  claims: ({ path, realPath, elf }) => {
    if (elf === undefined) return false;
    const isNamed = [path, realPath].some((name) => /^node(?:js)?(?:-?\d+)?$/u.test(baseName(name)));
    return isNamed || elf.needed.some((soname) => soname.startsWith("libnode.so"));
  },
  start: startNode,
  defaultArgs: defaultNodeArgs,
  callFunction: callNodeFunction,
};
