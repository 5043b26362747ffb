/**
 * What a line changes in the row of its chat. Pure.
 *
 * afterLine(since, item)          since when the customer waits for a reply; "" when he does not
 * afterCount(known, head, n)      unread lines, when the server counts `n` up to `head`
 */
export function afterLine(since, { kind, author, posted_at }) {
  if (kind !== "reply") return since;
  return author === "customer" ? since || posted_at : "";
}

export function afterCount(known, head, n) {
  if (!known) return { count: n, upto: head };
  if (head <= known.upto) return known;
  return { count: Math.min(n, known.count + head - known.upto), upto: head };
}
