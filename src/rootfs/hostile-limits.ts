/*
 * Limits against sources that somebody wrote to cost much: a few hundred bytes that stand for gigabytes. What passes a
 * limit is not known, and becomes an unknown: never a part of it.
 */

/** A name of a file that a system call takes is no longer than this (PATH_MAX of Linux). */
export const longestPath = 4096;

/**
 * The longest text that a source's values are joined to, in UTF-16 units: longer than a path, and than a class path of
 * hundreds of jars. What a source writes out in full is as long as it is.
 */
export const longestText: number = 2 * longestPath;

/** The length of all texts together that the values of one source are joined to. */
export const mostJoined: number = 2 ** 23;

/** So many values of one expression are told apart: those of a table, or the calls of a function. */
export const mostValues = 1024;
/** So many ways to put parts together are told apart, where each part has several values. */
export const mostCombined = 64;
/** Values that are found in one source, each time that one is told. */
export const mostFound = 2_000_000;
/** So deep is one value followed: names of names, calls in calls. */
export const deepestValue = 200;

/** So deep code is read as a part of what is around it. What is deeper is read by itself. */
export const deepestCode = 300;

/** The length of all code in texts that is read for one source. Each text counts as `evaluationCost` more. */
export const mostEvaluated: number = 2 ** 20;
/** To read a text of a few characters costs as much as to read so many. */
export const evaluationCost = 1024;
/** Code in a text holds texts with code: so many levels are read. */
export const deepestEvaluation = 8;

/** An amount of work that several share, for what a limit is of all of it together. */
export class WorkBudget {
  #left: number;

  constructor(amount: number) {
    this.#left = amount;
  }

  /** Takes a part of what is left; false, without taking it, where it is more. */
  take(amount: number): boolean {
    if (amount > this.#left) return false;
    this.#left -= amount;
    return true;
  }
}
