import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

/** A file unchanged for so long belongs to a run that has ended, on whatever machine it was. */
const leftoverMilliseconds = 24 * 3600 * 1000;
const marker = /^\.(?<base>.+)\.pith-(?<machine>[0-9a-f]{8})-(?<pid>\d{1,10})-[0-9a-f]{12}$/su;

/** A name beside `hostPath` that nothing has yet. What runs that were killed have left under such names is removed. */
export function temporaryName(hostPath: string): string {
  const { dir, base } = path.parse(hostPath);
  removeLeftovers(dir, base);
  const owner = `${machineTag()}-${String(process.pid)}`;
  return path.join(dir, `.${base}.pith-${owner}-${randomBytes(6).toString("hex")}`);
}

/**
 * Removes what runs that were killed have left in a directory beside `base`, or beside any name. Only what belongs to
 * this user, and to a process that has ended: of another machine, or another container, only what is older than a day.
 */
export function removeLeftovers(directory: string, base?: string): void {
  for (const name of namesIn(directory)) {
    const found = marker.exec(name)?.groups;
    if (found === undefined || (base !== undefined && found["base"] !== base)) continue;
    const hostPath = path.join(directory, name);
    const stat = fs.lstatSync(hostPath, { throwIfNoEntry: false });
    if (stat === undefined || stat.uid !== process.getuid?.()) continue;
    if (!isOver(found["machine"] ?? "", Number(found["pid"]), stat.mtimeMs)) continue;
    removeQuietly(hostPath);
  }
}

/** Removes what has a temporary name. What cannot be removed stays for a later run, and is in nobody's way. */
export function removeQuietly(hostPath: string): void {
  try {
    fs.rmSync(hostPath, { recursive: true, force: true });
  } catch {
    // Whoever calls has a failure of its own to tell, or none.
  }
}

/** The owner in a temporary name, with what makes it the only one. */
export function ownerOf(temporary: string): string {
  return path.basename(temporary);
}

/** True for an owner whose process has ended, or that is of another machine and older than a day. */
export function isOverFor(owner: string, mtimeMs: number): boolean {
  const found = marker.exec(owner)?.groups;
  return found !== undefined && isOver(found["machine"] ?? "", Number(found["pid"]), mtimeMs);
}

/** True for an owner that is a run of this process. */
export function isOwn(owner: string): boolean {
  const found = marker.exec(owner)?.groups;
  return found?.["machine"] === machineTag() && Number(found["pid"]) === process.pid;
}

function isOver(machine: string, pid: number, mtimeMs: number): boolean {
  return machine === machineTag() ? !isAlive(pid) : Date.now() - mtimeMs > leftoverMilliseconds;
}

function namesIn(directory: string): readonly string[] {
  try {
    return fs.readdirSync(directory === "" ? "." : directory);
  } catch {
    // Whoever writes there tells what is wrong with it.
    return [];
  }
}

/** Tells machines apart, and containers, whose processes have other numbers. */
function machineTag(): string {
  tag ??= createHash("sha256")
    .update([os.hostname(), textOf(() => fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8"))].join("\n"))
    .update(textOf(() => fs.readlinkSync("/proc/self/ns/pid")))
    .digest("hex")
    .slice(0, 8);
  return tag;
}

let tag: string | undefined;

function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    return !(failure instanceof Error && "code" in failure && failure.code === "ESRCH");
  }
}
