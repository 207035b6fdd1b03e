// Text that stands out too little from what is behind it, by WCAG 2.2: 4.5 to 1, or 3 to 1 where it is large. What lies under a modal, is
// switched off or is only there for screen readers does not count. Answers lines of what was found.
() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const read = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return { red, green, blue, alpha: alpha / 255 };
  };
  const over = (top, under) => {
    const mixed = (part) => top[part] * top.alpha + under[part] * (1 - top.alpha);
    return { red: mixed("red"), green: mixed("green"), blue: mixed("blue"), alpha: 1 };
  };
  const sheet = document.body.appendChild(document.createElement("div"));
  sheet.style.backgroundColor = "Canvas"; // what the browser paints below everything, in the page's own scheme
  const paper = read(getComputedStyle(sheet).backgroundColor);
  sheet.remove();
  const chain = (element) => (element ? [element, ...chain(element.parentElement)] : []);
  const opacity = (element) => chain(element).reduce((all, one) => all * Number(getComputedStyle(one).opacity), 1);
  const behind = (element) =>
    chain(element).reduceRight((under, one) => over(read(getComputedStyle(one).backgroundColor), under), paper);

  const light = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ({ red, green, blue }) => 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
  const ratio = (one, other) => {
    const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const large = ({ fontSize, fontWeight }) => parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24);

  const modal = document.querySelector("dialog:modal");
  const counts = (element) =>
    (!modal || modal.contains(element)) &&
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !element.closest(":disabled, [inert], .unseen, option, [aria-busy=true], script, style");

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text && counts(element)) texts.push({ element, text, style: getComputedStyle(element) });
  }
  for (const element of document.querySelectorAll("input, select, textarea")) {
    if (!counts(element)) continue;
    const empty = element.placeholder && !element.value;
    const text = empty ? element.placeholder : element.value;
    if (text) texts.push({ element, text, style: getComputedStyle(element, empty ? "::placeholder" : null) });
  }

  const faint = texts.flatMap(({ element, text, style }) => {
    const ground = behind(element);
    const color = read(element instanceof SVGElement ? style.fill : style.color);
    const found = ratio(over({ ...color, alpha: color.alpha * opacity(element) }, ground), ground);
    if (found >= (large(style) ? 3 : 4.5)) return [];
    return [`${found.toFixed(2)}: ${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} “${text.slice(0, 40)}”`];
  });
  return [...new Set(faint)];
}
