import { readdirSync, readFileSync } from "node:fs";

/** Peak resident memory in megabytes of the frontend's and the resolver's process, seen from the engine's host. */
export interface Peaks {
  readonly frontend: number;
  readonly resolver: number;
}

/** Watches the processes of one build. Both are 0 where the engine's processes cannot be seen. */
export async function watchMemory(build: () => Promise<unknown>): Promise<Peaks> {
  let frontend = 0;
  let resolver = 0;
  const timer = setInterval(() => {
    for (const { command, megabytes } of engineProcesses()) {
      if (command.includes("/pith/frontend.js")) frontend = Math.max(frontend, megabytes);
      if (command.includes("/pith/resolver.js")) resolver = Math.max(resolver, megabytes);
    }
  }, 25);
  try {
    await build();
  } finally {
    clearInterval(timer);
  }
  return { frontend, resolver };
}

function engineProcesses(): readonly { readonly command: string; readonly megabytes: number }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ");
      if (!/^\/usr\/local\/bin\/node (?:--\S+ )*\/pith\//.test(command)) return [];
      const peak = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${name}/status`, "latin1"))?.[1];
      return [{ command, megabytes: Number(peak ?? 0) / 1024 }];
    } catch {
      // The process ended between two looks.
      return [];
    }
  });
}
