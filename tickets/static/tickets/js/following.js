/**
 * The list of tickets follows what others do: rows change where they stand; what would move them
 * under somebody's hand waits behind a button.
 *
 * createFollowing(list, {bar}) gives
 *   soon()     something was changed; what came within half a second is one fetch
 *   show()     what waits, now
 */
import { get, morph } from "../../parley/fragment.js";

const TOGETHER = 500;
const EVERY = 20_000;

export const createFollowing = (list, options) => new Following(list, options);

/**
 * How many rows came, went or changed places between two lists of ids; 0: all stand where they were.
 * `changed`: how many of them say something else now.
 */
export function moved(old, fresh, changed) {
  const came = fresh.filter((id) => !old.includes(id));
  const went = old.filter((id) => !fresh.includes(id));
  const stayed = old.filter((id) => fresh.includes(id));
  const turned = fresh.filter((id) => old.includes(id)).some((id, at) => id !== stayed[at]);
  return Math.max(came.length, went.length) || (turned ? Math.max(changed, 1) : 0);
}

class Following {
  constructor(list, { bar }) {
    Object.assign(this, { list, bar, asked: 0, waiting: null });
    document.addEventListener("visibilitychange", () => document.hidden || this.soon());
    setInterval(() => document.hidden || this.soon(), EVERY);
  }

  soon() {
    this.timer ??= setTimeout(() => this.fetch(), TOGETHER);
  }

  async fetch() {
    this.timer = null;
    const ask = (this.asked += 1);
    const query = new URLSearchParams(location.search);
    query.set("since", this.list.dataset.asof);
    const { ok, nodes } = await get(`${this.list.dataset.rows}?${query}`);
    if (!ok || !nodes.length || ask !== this.asked) return;
    const [fresh] = nodes;
    const count = moved(idsOf(this.list), idsOf(fresh), this.renew(fresh));
    this.waiting = count ? nodes : null;
    if (!count) this.list.dataset.asof = fresh.dataset.asof;
    this.tell(count);
  }

  /** How many rows say something else now. */
  renew(fresh) {
    let changed = 0;
    for (const row of fresh.querySelectorAll("li[id]")) {
      const old = document.getElementById(row.id);
      if (!old || old.isEqualNode(row)) continue;
      morph(old, row.cloneNode(true));
      changed += 1;
    }
    return changed;
  }

  tell(count) {
    const text = this.bar.querySelector("[data-text]");
    this.bar.hidden = !count;
    text.textContent = count ? text.dataset.text.replace("{n}", count) : "";
  }

  show() {
    if (!this.waiting) return;
    const [fresh, turn] = this.waiting;
    document.querySelector("[data-turn]")?.remove();
    this.list.replaceWith(fresh);
    if (turn) fresh.after(turn);
    Object.assign(this, { list: fresh, waiting: null });
    this.tell(0);
    (fresh.querySelector("[data-row]") ?? fresh).focus();
  }
}

const idsOf = (list) => [...list.querySelectorAll("li[id]")].map(({ id }) => id);
