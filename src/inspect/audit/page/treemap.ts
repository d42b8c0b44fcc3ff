/** A rectangle of a treemap. */
export interface Cell<T> {
  readonly value: T;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides a rectangle among values by their weights, largest first, in rows that are as square as can be (Bruls,
 * Huizing, van Wijk: Squarified Treemaps). Values must be sorted by weight, most first; those without weight get no
 * cell.
 */
export function layOut<T>(
  values: readonly T[],
  { weigh, width, height }: { readonly weigh: (value: T) => number; readonly width: number; readonly height: number },
): readonly Cell<T>[] {
  const weighty = values.filter((value) => weigh(value) > 0);
  const total = weighty.reduce((sum, value) => sum + weigh(value), 0);
  const scale = total === 0 ? 0 : (width * height) / total;
  const pending = weighty.map((value) => ({ value, area: weigh(value) * scale }));
  const cells: Cell<T>[] = [];
  let rest: Area = { x: 0, y: 0, width, height };
  for (let start = 0; start < pending.length; ) {
    const side = Math.min(rest.width, rest.height);
    let end = start + 1;
    let areas = [pending[start]?.area ?? 0];
    for (; end < pending.length; end++) {
      const longer = [...areas, pending[end]?.area ?? 0];
      if (worstRatio(longer, side) > worstRatio(areas, side)) break;
      areas = longer;
    }
    cells.push(...fillRow(pending.slice(start, end), rest));
    rest = remove(rest, areas);
    start = end;
  }
  return cells;
}

function worstRatio(areas: readonly number[], side: number): number {
  const sum = areas.reduce((total, area) => total + area, 0);
  const thickness = sum / side;
  return Math.max(
    ...areas.map((area) => {
      const length = area / thickness;
      return Math.max(length / thickness, thickness / length);
    }),
  );
}

function fillRow<T>(row: readonly { readonly value: T; readonly area: number }[], rest: Area): readonly Cell<T>[] {
  const sum = row.reduce((total, { area }) => total + area, 0);
  const isUpright = rest.width >= rest.height;
  const thickness = sum / (isUpright ? rest.height : rest.width);
  let along = 0;
  return row.map(({ value, area }) => {
    const length = area / thickness;
    const cell = isUpright
      ? { value, x: rest.x, y: rest.y + along, width: thickness, height: length }
      : { value, x: rest.x + along, y: rest.y, width: length, height: thickness };
    along += length;
    return cell;
  });
}

function remove({ x, y, width, height }: Area, areas: readonly number[]): Area {
  const sum = areas.reduce((total, area) => total + area, 0);
  if (width >= height) {
    const thickness = Math.min(width, sum / height);
    return { x: x + thickness, y, width: width - thickness, height };
  }
  const thickness = Math.min(height, sum / width);
  return { x, y: y + thickness, width, height: height - thickness };
}
