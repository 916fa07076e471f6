// Copying the address of a link. Without this script it is selected and copied by hand.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = button.previousElementSibling;
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "コピーしました";
  });
}
