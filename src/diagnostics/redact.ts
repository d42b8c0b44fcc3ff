/** Takes the credentials out of a URL or an image reference: `https://user:secret@host` becomes `https://***@host`. */
export function redact(text: string): string {
  return text.replace(/(\/\/)[^\s/]*@(?!sha\d{3}:)/g, "$1***@").replace(/^[^\s/@:]*:[^\s/@]*@(?!sha\d{3}:)/, "***@");
}
