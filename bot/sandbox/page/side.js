// The panel beside the workspace.

export function mount(element) {
  element.textContent = "";
}
