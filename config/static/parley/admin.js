/** The admin's own behaviour: a button that copies the text beside it. */

for (const button of document.querySelectorAll("[data-copies]")) {
  const text = button.parentElement.querySelector("[data-copy]");
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(text);
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      return; // Refused, or no clipboard here: the text is selected for Ctrl+C.
    }
    button.textContent = "✓";
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  });
}
