/**
 * Faults of the open page, as sentences. It runs inside the browser, so it must use nothing from outside the
 * function.
 */
export function inspect(): string[] {
  const faults: string[] = [];
  const isShown = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0;
  const all = <E extends Element>(selector: string) =>
    [...document.querySelectorAll<E>(selector)].filter(isShown);
  const describe = (element: Element) =>
    element.getAttribute('aria-label') ?? element.getAttribute('alt') ?? element.outerHTML.slice(0, 60);

  checkWidth();
  checkFigures();
  checkTexts();
  checkSeries();
  return faults;

  function checkWidth(): void {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} wide, the screen ${clientWidth}`);
  }

  function checkFigures(): void {
    if (all('svg, img, canvas').length === 0) faults.push('no figure is shown');
    for (const figure of all<SVGSVGElement | HTMLImageElement>('svg, img, canvas')) {
      const { width, height } = figure.getBoundingClientRect();
      if (width < 8 || height < 8) faults.push(`figure of ${width} by ${height}: ${describe(figure)}`);
      if (figure instanceof HTMLImageElement && figure.naturalWidth === 0)
        faults.push(`picture is empty: ${describe(figure)}`);
      if (figure instanceof SVGSVGElement && !hasMarks(figure))
        faults.push(`nothing is drawn in ${describe(figure)}`);
    }
    for (const chart of document.querySelectorAll('.wide, .narrow')) {
      const pair = [
        chart.parentElement?.querySelector('.wide'),
        chart.parentElement?.querySelector('.narrow'),
      ];
      if (pair.filter((one) => one && isShown(one)).length !== 1)
        faults.push(`a chart is not shown exactly once: ${describe(chart)}`);
    }
  }

  /** Whether a figure has marks. Axes and grid of a chart do not count; Plot labels them as such. */
  function hasMarks(figure: SVGSVGElement): boolean {
    return [...figure.querySelectorAll<SVGGraphicsElement>('path, line, rect, circle, polyline')].some(
      (mark) => {
        if (/axis|grid/.test(mark.closest('[aria-label*=axis], [aria-label*=grid]')?.ariaLabel ?? ''))
          return false;
        const { width, height } = mark.getBBox();
        return width > 0 || height > 0;
      },
    );
  }

  function checkTexts(): void {
    const texts = textsOfPage();
    for (const { text, box, element } of texts) {
      const frame = element.closest('section, header')?.getBoundingClientRect();
      const [left, right] = [Math.max(0, frame?.left ?? 0), Math.min(innerWidth, frame?.right ?? innerWidth)];
      if (!element.closest('.scroll') && (box.left < left - 1 || box.right > right + 1))
        faults.push(`text is cut: "${text}" from ${box.left} to ${box.right}`);
      const ratio = contrast(colourOf(element), backgroundOf(element));
      const { fontSize, fontWeight } = getComputedStyle(element);
      const size = parseFloat(fontSize);
      const isLarge = size >= 24 || (size >= 18.6 && Number(fontWeight) >= 600);
      if (ratio < (isLarge ? 3 : 4.5)) faults.push(`contrast of ${ratio.toFixed(2)}: "${text}"`);
      if (box.height < 9) faults.push(`text of ${box.height.toFixed(1)} pixels: "${text}"`);
    }
    for (const figure of all('svg')) {
      const own = texts.filter(({ element }) => element.closest('svg') === figure);
      for (const [index, one] of own.entries())
        for (const other of own.slice(index + 1))
          if (overlap(one.box, other.box))
            faults.push(`"${one.text}" lies over "${other.text}" in ${describe(figure)}`);
    }
  }

  function textsOfPage() {
    const found: { text: string; box: DOMRect; element: Element }[] = [];
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const text = node.textContent?.trim() ?? '';
      const element = node.parentElement!;
      if (text === '' || !isShown(element) || element.closest('style, script, title')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push({ text, element, box: range.getBoundingClientRect() });
    }
    return found;
  }

  function overlap(one: DOMRect, other: DOMRect): boolean {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    return across > 1 && down > 3;
  }

  /** Checks the contrast of the series colours against the card that charts are drawn on. */
  function checkSeries(): void {
    const style = getComputedStyle(document.documentElement);
    const card = style.getPropertyValue('--card');
    if (card === '') return;
    for (const name of ['--first', '--second', '--third', '--fourth', '--fifth', '--faint']) {
      const ratio = contrast(pixel(style.getPropertyValue(name)), pixel(card));
      if (ratio < 3) faults.push(`contrast of ${ratio.toFixed(2)}: the colour ${name}`);
    }
  }

  function colourOf(element: Element): number[] {
    const style = getComputedStyle(element);
    return pixel(element.closest('svg') ? style.fill : style.color);
  }

  /** Background of an element: the colours of its ancestors, the nearest on top. */
  function backgroundOf(element: Element): number[] {
    const layers: string[] = [];
    for (let at: Element | null = element; at; at = at.parentElement)
      if (!(at instanceof SVGElement)) layers.unshift(getComputedStyle(at).backgroundColor);
    return pixel('Canvas', ...layers);
  }

  /** Red, green and blue of colours in any notation, laid over each other. */
  function pixel(...colours: string[]): number[] {
    const canvas = document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas') as HTMLCanvasElement;
    canvas.width = canvas.height = 1;
    const context = canvas.getContext('2d')!;
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }

  /** Contrast ratio of two colours, from their relative luminances (WCAG 2). */
  function contrast(one: number[], other: number[]): number {
    const luminance = (colour: number[]) => {
      const [red, green, blue] = colour.map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }
}
