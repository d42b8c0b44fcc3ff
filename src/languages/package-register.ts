/**
 * Files by which a run-time knows of packages that are installed: it reads all of a directory, whatever a program
 * needs. Of a package that did not ship such a file is not missed.
 */
export interface PackageRegister {
  readonly paths: RegExp;
}
