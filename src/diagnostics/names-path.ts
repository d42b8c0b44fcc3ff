/** True where a message has a path as a whole, and not as the start of a longer one. */
export function namesPath(message: string, path: string): boolean {
  const at = message.indexOf(path);
  return at !== -1 && !/[\w./-]/.test(message.charAt(at + path.length));
}
