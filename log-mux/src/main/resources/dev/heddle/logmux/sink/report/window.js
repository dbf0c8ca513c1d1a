// A list of which only the rows in sight exist. Browsers end a box at some 30 million pixels: a longer list is squeezed.
const MOST_PIXELS = 8000000;

class RowWindow {
  /**
   * Rows in a box that scrolls.
   *
   * @param box the element
   * @param rowHeight height of each row in pixels
   * @param draw gives the element of a row by its number
   */
  constructor(box, rowHeight, draw) {
    this.box = box;
    this.rowHeight = rowHeight;
    this.draw = draw;
    this.total = 0;
    this.top = 0;
    this.spacer = make('div', { class: 'spacer' });
    this.rows = make('div', { class: 'rows' });
    box.replaceChildren(this.spacer, this.rows);
    box.addEventListener('scroll', () => this.scrolled(), { passive: true });
    box.addEventListener('wheel', event => this.wheel(event), { passive: false });
    this.observer = new ResizeObserver(() => this.render());
    this.observer.observe(box);
  }

  get visible() {
    return Math.max(1, Math.floor(this.box.clientHeight / this.rowHeight));
  }

  get squeezed() {
    return this.total * this.rowHeight > MOST_PIXELS;
  }

  get last() {
    return Math.max(0, this.total - this.visible);
  }

  resize(total) {
    this.total = total;
    this.spacer.style.height = `${Math.min(total * this.rowHeight, MOST_PIXELS)}px`;
    this.top = Math.min(this.top, this.last);
    this.render();
  }

  /** Shows a row in the middle of the box, if it is not in sight. */
  show(row, always) {
    if (always || row < this.top || row >= this.top + this.visible) {
      this.moveTo(row - this.visible / 2);
    } else {
      this.render();
    }
  }

  moveTo(top) {
    this.top = Math.max(0, Math.min(this.last, Math.round(top)));
    const room = this.box.scrollHeight - this.box.clientHeight;
    this.expected = Math.round(this.squeezed ? room * this.top / Math.max(1, this.last) : this.top * this.rowHeight);
    this.box.scrollTop = this.expected;
    this.render();
  }

  scrolled() {
    const at = this.box.scrollTop;
    if (this.expected !== undefined && Math.abs(at - this.expected) <= 1) {
      return;
    }
    this.expected = undefined;
    const room = this.box.scrollHeight - this.box.clientHeight;
    this.top = this.squeezed ? Math.round(this.last * at / Math.max(1, room)) : at / this.rowHeight;
    this.render();
  }

  wheel(event) {
    if (this.squeezed && event.deltaY && !event.ctrlKey) {
      event.preventDefault();
      this.moveTo(this.top + event.deltaY / this.rowHeight);
    }
  }

  render() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    const first = Math.max(0, Math.floor(this.top) - 4);
    const end = Math.min(this.total, Math.ceil(this.top) + this.visible + 6);
    const rows = [];
    for (let row = first; row < end; row++) {
      rows.push(this.draw(row));
    }
    const offset = this.squeezed ? this.box.scrollTop - (this.top - first) * this.rowHeight : first * this.rowHeight;
    this.rows.style.transform = `translateY(${Math.round(offset)}px)`;
    this.rows.replaceChildren(...rows);
  }

  close() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }
}
