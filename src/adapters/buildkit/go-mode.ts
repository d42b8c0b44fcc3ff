/** Type bits of Go's FileMode (io/fs): directory, link, device, fifo, socket, character device, irregular. */
const typeMask = 0x8f28_0000;
const directoryBit = 0x8000_0000;
const linkBit = 0x0800_0000;

/** Go's setuid, setgid and sticky bits with those of chmod(2). */
const specialBits: readonly (readonly [go: number, unix: number])[] = [
  [0x0080_0000, 0o4000],
  [0x0040_0000, 0o2000],
  [0x0010_0000, 0o1000],
];

export function isRegular(mode: number): boolean {
  return (mode & typeMask) === 0;
}

export function isDirectory(mode: number): boolean {
  return (mode & directoryBit) !== 0;
}

export function isLink(mode: number): boolean {
  return (mode & linkBit) !== 0;
}

/** Permission bits, setuid, setgid and sticky as chmod(2) has them. */
export function unixMode(mode: number): number {
  return specialBits.reduce((bits, [go, unix]) => ((mode & go) === 0 ? bits : bits | unix), mode & 0o777);
}
