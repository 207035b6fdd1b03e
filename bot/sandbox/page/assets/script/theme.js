// Dark or light before anything is drawn: as chosen here, else as the system has it.

try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
} catch {
  document.documentElement.dataset.theme = "";
}
