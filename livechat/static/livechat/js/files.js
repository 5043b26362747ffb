/**
 * Files of a chat: shown in its lines, and sent from where one writes.
 *
 * sizeOf(bytes, locale?)                   "84 kB", "1.2 MB"
 * problemWith(file, {bytes, types})        why it cannot be sent, before it is: empty, large, type; or null
 * show(node, data, {address, read?})       fills in what transcript.js has cloned for a file
 *   address(id) · read(url) → Response     how it is fetched where a link alone would not do: with a token
 * createUploads({form, zone, url(), fields(), headers(), texts, makeId, phrase, say?})
 *   form  has [data-attach] with the limits (data-bytes, data-types, data-off: why not), input[type=file],
 *         [data-uploads], template[data-upload], [data-upload-note]
 *   zone  where files may be dropped and pasted; [data-drop] in it shows that they may
 *   gives close()   what is under way is given up
 *
 * One file is under way at a time, in the order they were chosen. Each has one client id, however often it is tried.
 */
const KILO = 1024;

export function sizeOf(bytes, locale) {
  const units = ["byte", "kilobyte", "megabyte"];
  const step = bytes < KILO ? 0 : bytes < KILO ** 2 ? 1 : 2;
  const style = { style: "unit", unit: units[step], unitDisplay: step ? "short" : "long", maximumFractionDigits: step === 2 ? 1 : 0 };
  return new Intl.NumberFormat(locale, style).format(bytes / KILO ** step);
}

export function problemWith({ name, size }, { bytes, types }) {
  const extension = name.includes(".") ? name.split(".").at(-1).toLowerCase() : "";
  if (!types.includes(extension)) return "type";
  if (size > bytes) return "large";
  return size ? null : "empty";
}

export function show(node, data, { address, read, locale }) {
  const url = address(data.id);
  const image = node.querySelector("img");
  node.querySelector("[data-size]").textContent = sizeOf(data.size, locale);
  if (node.localName === "a") node.href = url;
  if (node.localName === "a" && !image) node.download = data.name;
  if (read) node.addEventListener("click", () => save(data.name, url, read));
  if (!image) return;
  Object.assign(image, { width: data.width, height: data.height });
  if (!read) image.src = `${url}?thumbnail`;
  else fetched(`${url}?thumbnail`, read, (made) => {
    image.onload = () => URL.revokeObjectURL(made);
    image.src = made;
  });
}

async function fetched(url, read, then) {
  const response = await read(url).catch(() => null);
  if (response?.ok) then(URL.createObjectURL(await response.blob()));
}

function save(name, url, read) {
  return fetched(url, read, (href) => {
    Object.assign(document.createElement("a"), { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  });
}

export const createUploads = (options) => new Uploads(options);

class Uploads {
  constructor(options) {
    Object.assign(this, { say() {}, rows: [], over: new AbortController() }, options);
    const { form, zone } = this;
    const on = (place, type, then) => place.addEventListener(type, then, { signal: this.over.signal });
    on(form, "click", ({ target }) => this.click(target));
    on(form, "change", ({ target }) => target.type === "file" && this.chosen(target));
    on(zone, "paste", (event) => this.paste(event));
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) on(zone, type, (event) => this.drag(event));
  }

  get button() {
    return this.form.querySelector("[data-attach]");
  }

  get limits() {
    const { bytes, types } = this.button.dataset;
    return { bytes: Number(bytes), types: types.split(" ") };
  }

  /** Why nothing can be sent here now; "" when it can. */
  get off() {
    return this.button && !this.form.hidden ? this.button.dataset.off ?? "" : this.texts.off;
  }

  click(target) {
    const act = target.closest("[data-upload-act]");
    const row = act && this.rows.find(({ node }) => node.contains(act));
    if (row && act.dataset.uploadAct === "retry") this.retry(row);
    else if (row) this.drop(row);
    if (!target.closest("[data-attach]")) return;
    this.note(this.off);
    if (!this.off) this.form.querySelector("input[type=file]").click();
  }

  chosen(input) {
    this.take([...input.files]);
    input.value = "";
  }

  /** Text that a program copies beside its picture is what was meant. */
  paste(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.take([...files]);
  }

  drag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // Else the browser would open the file in place of this page.
    const { type, relatedTarget: to, dataTransfer } = event;
    const out = type === "drop" || (type === "dragleave" && !this.zone.contains(to));
    const veil = this.zone.querySelector("[data-drop]");
    if (veil) veil.hidden = out || Boolean(this.off);
    dataTransfer.dropEffect = this.off ? "none" : "copy";
    if (type === "drop") this.take([...dataTransfer.files].filter((_, n) => !dataTransfer.items[n]?.webkitGetAsEntry?.()?.isDirectory));
  }

  take(files) {
    this.note(this.off);
    if (this.off) return;
    for (const file of files) this.add(file);
    this.next();
  }

  note(text) {
    const place = this.form.querySelector("[data-upload-note]");
    place.hidden = !text;
    place.textContent = text;
  }

  add(file) {
    const node = document.importNode(this.form.querySelector("template[data-upload]").content, true).firstElementChild;
    const row = { file, node, id: this.makeId(), state: "waiting" };
    node.querySelector("[data-name]").textContent = file.name;
    this.rows.push(row);
    this.form.querySelector("[data-uploads]").append(node);
    const { bytes, types } = this.limits;
    const problem = problemWith(file, this.limits);
    const most = sizeOf(bytes);
    if (problem) this.fail(row, this.phrase(this.texts[problem], { most, types: types.join(", ") }), false);
    else this.draw(row, this.texts.waiting);
  }

  next() {
    if (this.rows.some(({ state }) => state === "sending")) return;
    const row = this.rows.find(({ state }) => state === "waiting");
    if (row) this.send(row);
  }

  send(row) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    for (const [name, value] of Object.entries({ client_id: row.id, ...this.fields() })) if (value !== undefined) body.append(name, value);
    body.append("file", row.file, row.file.name);
    Object.assign(row, { request, state: "sending" });
    request.open("POST", this.url());
    for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => this.progress(row, loaded / total);
    request.onloadend = () => this.settle(row, request.status, request.response ?? {});
    request.send(body);
    this.progress(row, 0);
  }

  progress(row, part) {
    const text = part < 1 ? this.phrase(this.texts.sending, { n: Math.floor(part * 100) }) : this.texts.checking;
    this.draw(row, text, part);
  }

  settle(row, status, { detail, code }) {
    if (!this.rows.includes(row)) return; // Given up.
    row.state = "";
    if (status === 200 || status === 201) this.drop(row);
    else this.fail(row, detail ?? this.texts.lost, !status || status >= 500 || code === "rate_limited");
    this.next();
  }

  fail(row, text, again) {
    row.state = "failed";
    row.node.classList.add("fail");
    row.node.querySelector("[data-upload-act=retry]").hidden = !again;
    this.draw(row, text);
    this.say(`${row.file.name}: ${text}`);
  }

  retry(row) {
    row.state = "waiting";
    row.node.classList.remove("fail");
    row.node.querySelector("[data-upload-act=retry]").hidden = true;
    this.draw(row, this.texts.waiting);
    row.node.querySelector("[data-upload-act=cancel]").focus();
    this.next();
  }

  /** It has arrived, or is given up. */
  drop(row) {
    const focused = row.node.contains(document.activeElement);
    this.rows = this.rows.filter((one) => one !== row);
    row.node.remove();
    if (row.state === "sending") row.request.abort();
    if (focused) (this.form.querySelector("textarea") ?? this.button)?.focus();
    this.next();
  }

  draw({ node }, text, part = null) {
    node.querySelector("[data-state]").textContent = text;
    const bar = node.querySelector("progress");
    bar.hidden = part === null;
    if (part === null || part >= 1) bar.removeAttribute("value");
    else bar.value = part;
  }

  close() {
    this.over.abort();
    for (const row of [...this.rows]) this.drop(row);
  }
}
