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
    this.observer = new ResizeObserver(() => this.resized());
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
    this.wanted = undefined;
    this.spacer.style.height = `${Math.min(total * this.rowHeight, MOST_PIXELS)}px`;
    this.top = Math.min(this.top, this.last);
    this.render();
  }

  /** Shows a row in the middle of the box, if it is not in sight. It stays in sight until someone scrolls. */
  show(row, always) {
    this.wanted = row;
    if (always || !this.inSight(row)) {
      this.moveTo(row - this.visible / 2);
    } else {
      this.render();
    }
  }

  inSight(row) {
    const top = this.squeezed ? this.top : this.box.scrollTop / this.rowHeight;
    return row >= top && row + 1 <= top + this.box.clientHeight / this.rowHeight;
  }

  moveTo(top) {
    this.top = Math.max(0, Math.min(this.last, Math.round(top)));
    const room = this.box.scrollHeight - this.box.clientHeight;
    const place = this.squeezed ? room * this.top / Math.max(1, this.last) : Math.min(room, this.top * this.rowHeight);
    this.expected = Math.round(place);
    this.box.scrollTop = this.expected;
    this.render();
  }

  scrolled() {
    const at = this.box.scrollTop;
    if (this.expected !== undefined && Math.abs(at - this.expected) <= 1) {
      return;
    }
    this.expected = undefined;
    this.wanted = undefined;
    const room = this.box.scrollHeight - this.box.clientHeight;
    this.top = this.squeezed ? Math.round(this.last * at / Math.max(1, room)) : at / this.rowHeight;
    this.render();
  }

  wheel(event) {
    if (this.squeezed && event.deltaY && !event.ctrlKey) {
      event.preventDefault();
      this.wanted = undefined;
      this.moveTo(this.top + event.deltaY / this.rowHeight);
    }
  }

  // The bar below long lines comes only when they are drawn, and takes its place from the last row.
  resized() {
    if (this.wanted === undefined || this.inSight(this.wanted)) {
      this.render();
    } else {
      this.moveTo(this.wanted - this.visible / 2);
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
