/** Rows of numbers that grow page by page: no object for a row, and no copy of all that is there when more come. */
export interface PagedRows {
  get(row: number, field: number): number;
  set(row: number, field: number, value: number): void;
}

/**
 * Rows of `width` numbers of 32 bits without a sign, all 0. Pages in which nothing is set take no memory: smaller ones
 * are for rows that are few.
 */
export function pagedRows(width: number, rowsPerPage: number): PagedRows {
  const pages: Uint32Array[] = [];
  const pageOf = (row: number): Uint32Array => {
    const index = Math.floor(row / rowsPerPage);
    const page = pages[index];
    if (page !== undefined) return page;
    const made = new Uint32Array(rowsPerPage * width);
    pages[index] = made;
    return made;
  };
  return {
    get: (row, field) => pages[Math.floor(row / rowsPerPage)]?.[(row % rowsPerPage) * width + field] ?? 0,
    set(row, field, value) {
      pageOf(row)[(row % rowsPerPage) * width + field] = value;
    },
  };
}

/** A text in a `TextStore`. */
export type TextId = number;

/** Many short texts, as bytes: one for a character where all of a text's fit, else two. */
export interface TextStore {
  /** Bytes of all texts. */
  sizeBytes(): number;
  add(text: string): TextId;
  get(id: TextId): string;
  equals(id: TextId, text: string): boolean;
}

const textPageBytes = 64 * 1024;
const headBytes = 4;

/** An empty store. A text has at most 16 Ki characters. */
export function textStore(): TextStore {
  const pages: Buffer[] = [];
  let filled = textPageBytes;

  const pageOf = (id: TextId): Buffer => pages[Math.floor(id / textPageBytes)] ?? Buffer.alloc(0);

  function get(id: TextId): string {
    const page = pageOf(id);
    const start = id % textPageBytes;
    const width = page[start + 2] ?? 1;
    const end = start + headBytes + page.readUInt16LE(start) * width;
    return page.toString(width === 1 ? "latin1" : "utf16le", start + headBytes, end);
  }

  return {
    get,
    sizeBytes: () => Math.max(0, (pages.length - 1) * textPageBytes + filled),
    add(text) {
      const width = isNarrow(text) ? 1 : 2;
      const needed = headBytes + text.length * width;
      // A text lies in one page.
      if (filled + needed > textPageBytes) {
        pages.push(Buffer.alloc(textPageBytes));
        filled = 0;
      }
      const id = (pages.length - 1) * textPageBytes + filled;
      const page = pageOf(id);
      page.writeUInt16LE(text.length, filled);
      page[filled + 2] = width;
      page.write(text, filled + headBytes, width === 1 ? "latin1" : "utf16le");
      filled += needed;
      return id;
    },
    equals(id, text) {
      const page = pageOf(id);
      const start = id % textPageBytes;
      if (page.readUInt16LE(start) !== text.length) return false;
      if (page[start + 2] !== 1) return get(id) === text;
      for (let index = 0; index < text.length; index++) {
        if (page[start + headBytes + index] !== text.charCodeAt(index)) return false;
      }
      return true;
    },
  };
}

function isNarrow(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0xff) return false;
  return true;
}
