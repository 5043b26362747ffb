/**
 * What an agent sets for himself: the theme and single keys at once, the screen name when he saves it.
 *
 * createMe(menu, {keys, onSaved(), onRefused(status, problem)}) gives keys: whether single keys act
 */
import { post } from "./fragment.js";

export const createMe = (menu, options) => new Me(menu, options);

class Me {
  constructor(menu, options) {
    Object.assign(this, { menu }, options);
    const form = menu.querySelector("[data-profile]");
    this.name = form.elements.screen_name;
    for (const shown of document.querySelectorAll("[data-agent=name]")) shown.title = shown.textContent; // It may be cut.
    form.addEventListener("change", ({ target }) => target !== this.name && this.save(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.name.defaultValue = this.name.value;
      this.save(form, true);
    });
  }

  async save(form, named) {
    const { theme, single_keys: keys } = form.elements;
    if (theme.value) document.documentElement.dataset.theme = theme.value;
    else delete document.documentElement.dataset.theme;
    this.keys = keys.checked;
    const { ok, status, problem } = await post(form, { screen_name: this.name.defaultValue });
    if (!ok) return this.onRefused(status, problem);
    if (!named) return;
    for (const shown of document.querySelectorAll("[data-agent=name]")) {
      shown.textContent = shown.title = this.name.value.trim() || this.name.placeholder;
    }
    this.menu.hidePopover();
    this.onSaved();
  }
}
