const prices = new Map([
  ["tea", 3],
  ["coffee", 4],
]);

export async function handler(event) {
  const { order = [] } = event;
  const unknown = order.filter((name) => !prices.has(name));
  if (unknown.length > 0) throw new RangeError(`not on the menu: ${unknown.join(", ")}`);
  return { count: order.length, total: order.reduce((sum, name) => sum + prices.get(name), 0) };
}
