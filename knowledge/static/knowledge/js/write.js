/** An article is written: how it reads stands beside it, how much room is left, and images are put in. */
import { post } from "../../parley/fragment.js";
import { createImages } from "./images.js";

const WAIT = 300;
const $ = (selector, root = document) => root.querySelector(selector);

class Writing {
  constructor(form) {
    this.form = form;
    this.body = $("[name=body]", form);
    this.place = $("[data-preview]", form);
    this.asked = 0;
    createImages(form, this.body);
    for (const field of form.querySelectorAll(".field:has([data-count])")) this.count(field);
    form.addEventListener("input", ({ target }) => this.input(target));
    form.addEventListener("submit", () => (this.leaving = true));
    addEventListener("beforeunload", (event) => this.changed && !this.leaving && event.preventDefault());
  }

  input(target) {
    this.changed = true;
    const field = target.closest(".field:has([data-count])");
    if (field) this.count(field);
    if (target !== this.body) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.preview(), WAIT);
  }

  count(field) {
    const { value, maxLength } = $(".ctl", field);
    $("[data-count]", field).textContent = `${value.length} / ${maxLength}`;
  }

  /** The newest answer wins. */
  async preview() {
    const number = (this.asked += 1);
    const asked = this.form.cloneNode(false);
    asked.action = this.form.dataset.write;
    const token = $("[name=csrfmiddlewaretoken]", this.form).cloneNode();
    asked.append(token);
    const { ok, nodes } = await post(asked, { body: this.body.value });
    if (ok && number === this.asked) this.place.replaceChildren(...nodes);
  }
}

const form = $("[data-write]");
if (form) new Writing(form);
