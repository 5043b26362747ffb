/**
 * Images are put into an article: chosen, dropped or pasted. Each is stored at once; the text names it.
 *
 * createImages(form, field)
 *   form   has [data-image] (its address, limits and sentences), input[type=file] and [data-said]
 * problemWith(file, {types, bytes})   type, large or null
 * marked(name, id)                    how the text shows it
 */
export function problemWith({ name, size }, { types, bytes }) {
  const extension = name.includes(".") ? name.split(".").at(-1).toLowerCase() : "";
  if (!types.includes(extension)) return "type";
  return size > bytes ? "large" : null;
}

export function marked(name, id) {
  const said = name.replace(/\.[^.]*$/, "").replaceAll(/[\\[\]!`*_<>]/g, " ").trim();
  return `![${said}](image:${id})`;
}

export const createImages = (form, field) => new Images(form, field);

class Images {
  constructor(form, field) {
    this.field = field;
    this.form = form;
    this.button = form.querySelector("[data-image]");
    this.said = form.querySelector("[data-said]");
    this.chosen = form.querySelector("input[type=file]");
    this.button.addEventListener("click", () => this.chosen.click());
    this.chosen.addEventListener("change", () => this.take([...this.chosen.files]));
    field.addEventListener("paste", (event) => this.given(event, event.clipboardData));
    field.addEventListener("drop", (event) => this.given(event, event.dataTransfer));
    field.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  }

  given(event, { files }) {
    if (!files.length) return;
    event.preventDefault();
    this.take([...files]);
  }

  /** One after the other, so that they stand in the order in which they were chosen. */
  async take(files) {
    this.chosen.value = "";
    const { dataset } = this.button;
    for (const file of files) {
      const problem = problemWith(file, { types: dataset.types.split(" "), bytes: Number(dataset.bytes) });
      this.said.textContent = problem ? dataset[problem] : `${dataset.busy} …`;
      if (problem || !(await this.store(file))) return;
    }
    this.said.textContent = "";
  }

  async store(file) {
    const { dataset } = this.button;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.set("file", file);
    try {
      const response = await fetch(dataset.image, { method: "POST", body, mode: "same-origin", headers: { "X-Parley-Fragment": "1" } });
      const answer = await response.json().catch(() => ({}));
      if (response.ok) this.insert(marked(answer.name, answer.id));
      else this.said.textContent = answer.detail ?? dataset.broken;
      return response.ok;
    } catch {
      this.said.textContent = dataset.unreachable;
      return false;
    }
  }

  insert(text) {
    const { field } = this;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
}
