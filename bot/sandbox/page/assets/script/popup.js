// A list or menu on top of everything, beside the control that opened it.

const GAP = 4;

// Shows the popup under its control, or above it where there is more room. The function that hides it again.
export function open(popup, control, { wide = true } = {}) {
  popup.popover = "manual";
  popup.showPopover();
  const place = () => put(popup, control.getBoundingClientRect(), wide);
  place();
  addEventListener("scroll", place, true);
  addEventListener("resize", place);
  return () => {
    removeEventListener("scroll", place, true);
    removeEventListener("resize", place);
    if (popup.isConnected) popup.hidePopover();
  };
}

function put(popup, at, wide) {
  const below = innerHeight - at.bottom - 2 * GAP;
  const above = at.top - 2 * GAP;
  const up = below < Math.min(popup.scrollHeight, 220) && above > below;
  popup.style.maxHeight = `${Math.min(up ? above : below, 320)}px`;
  if (wide) popup.style.width = `${at.width}px`;
  popup.style.left = `${Math.max(GAP, Math.min(wide ? at.left : at.right - popup.offsetWidth, innerWidth - popup.offsetWidth - GAP))}px`;
  popup.style.top = `${up ? at.top - popup.offsetHeight - GAP : at.bottom + GAP}px`;
}
