/**
 * The files of a ticket, as they come.
 *
 * createFiles(section) gives
 *   refresh()   what came within 200 ms is one fetch; so does looking at the page again
 */
import { get, morph } from "../../parley/fragment.js";

const TOGETHER = 200;

export const createFiles = (section) => new Files(section);

class Files {
  constructor(section) {
    Object.assign(this, { section, asked: 0 });
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
  }

  refresh() {
    this.timer ??= setTimeout(() => this.fetch(), TOGETHER);
  }

  async fetch() {
    this.timer = null;
    const ask = (this.asked += 1);
    const { ok, nodes } = await get(this.section.dataset.files);
    if (ok && ask === this.asked) morph(this.section, nodes[0]);
  }
}
