// When which job ran: a lane for each that ran at once on a host.
const LANE = 18;
const AXIS = 24;
const MARGIN = 96;

const lanesOf = jobs => {
  const hosts = new Map();
  for (const job of jobs) {
    if (!hosts.has(job.host)) {
      hosts.set(job.host, []);
    }
    const lanes = hosts.get(job.host);
    let lane = lanes.find(each => each.end <= job.start);
    if (!lane) {
      lanes.push(lane = { host: job.host, jobs: [], end: 0 });
    }
    lane.jobs.push(job);
    lane.end = Math.max(job.start + job.length, job.start + 1);
  }
  return [...hosts.values()].flatMap(lanes => lanes.map((lane, i) => Object.assign(lane, { first: i === 0 })));
};

class Timeline {
  constructor() {
    this.lanes = lanesOf(report.jobs);
    this.from = 0;
    this.to = Math.max(1, report.millis);
    this.canvas = make('canvas', { role: 'img', 'aria-label': `When ${plural(report.jobs.length, 'job', 'jobs')} ran; the list of tasks tells the same` });
    const button = (label, name, action) => make('button', { type: 'button', 'aria-label': name, title: name, onclick: action }, label);
    this.element = make('div', { class: 'timeline' },
      make('div', { class: 'zoom' },
        button('\u2212', 'Zoom out', () => this.zoom(2)), button('+', 'Zoom in', () => this.zoom(0.5)), button('fit', 'Show all', () => this.zoom(Infinity))),
      make('div', { class: 'lanes' }, this.canvas));
    this.canvas.addEventListener('pointermove', event => this.move(event));
    this.canvas.addEventListener('pointerleave', () => { byId('tip').hidden = true; });
    this.canvas.addEventListener('pointerdown', event => { this.grabbed = { x: event.clientX, from: this.from, moved: false }; });
    this.canvas.addEventListener('pointerup', event => this.release(event));
    this.canvas.addEventListener('wheel', event => this.wheel(event), { passive: false });
    this.observer = new ResizeObserver(() => this.paint());
    this.observer.observe(this.element);
    this.scheme = matchMedia('(prefers-color-scheme: dark)');
    this.repaint = () => this.paint();
    this.scheme.addEventListener('change', this.repaint);
  }

  close() {
    this.observer.disconnect();
    this.scheme.removeEventListener('change', this.repaint);
    byId('tip').hidden = true;
  }

  get margin() {
    return this.element.clientWidth < 600 ? 0 : MARGIN;
  }

  zoom(factor, center = (this.from + this.to) / 2) {
    const length = Math.min(report.millis || 1, Math.max(5, (this.to - this.from) * factor));
    const share = (center - this.from) / (this.to - this.from);
    this.place(center - share * length, length);
  }

  place(from, length) {
    this.from = Math.max(0, Math.min(from, Math.max(1, report.millis) - length));
    this.to = this.from + length;
    this.paint();
  }

  wheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.timeAt(event));
    }
  }

  timeAt(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.from + (event.clientX - box.left - this.margin) / (box.width - this.margin) * (this.to - this.from);
  }

  jobAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const lane = this.lanes[Math.floor((event.clientY - box.top - AXIS) / LANE)];
    const time = this.timeAt(event);
    const slack = (this.to - this.from) / box.width * 2;
    return lane && lane.jobs.find(job => time >= job.start - slack && time <= job.start + job.length + slack);
  }

  move(event) {
    if (this.grabbed && event.buttons) {
      const by = (event.clientX - this.grabbed.x) / this.canvas.clientWidth * (this.to - this.from);
      this.grabbed.moved = this.grabbed.moved || Math.abs(event.clientX - this.grabbed.x) > 4;
      this.place(this.grabbed.from - by, this.to - this.from);
      return;
    }
    const job = this.jobAt(event);
    const tip = byId('tip');
    tip.hidden = !job;
    this.canvas.style.cursor = job ? 'pointer' : 'grab';
    if (job) {
      tip.replaceChildren(make('b', null, job.name), `${endOf(job)} \u00b7 ${timeText(job.length)} \u00b7 ${job.host}`,
        job.critical ? make('i', null, 'on the critical path') : '');
      tip.style.left = `${Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)}px`;
      tip.style.top = `${Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8)}px`;
    }
  }

  release(event) {
    const job = this.grabbed && !this.grabbed.moved && this.jobAt(event);
    this.grabbed = null;
    if (job) {
      location.hash = addressOf(job);
    }
  }

  paint() {
    const width = this.element.clientWidth;
    const height = AXIS + this.lanes.length * LANE + 4;
    const scale = devicePixelRatio || 1;
    if (!width) {
      return;
    }
    // Browsers refuse canvases beyond some 16,000 pixels.
    const shown = Math.min(height, Math.floor(16000 / scale));
    this.canvas.width = width * scale;
    this.canvas.height = shown * scale;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${shown}px`;
    const pen = this.canvas.getContext('2d');
    pen.scale(scale, scale);
    const style = getComputedStyle(document.documentElement);
    this.color = name => style.getPropertyValue(`--${name}`);
    this.axis(pen, width, shown);
    this.lanes.forEach((lane, i) => this.lane(pen, lane, AXIS + i * LANE, width));
    this.thread(pen, width);
  }

  x(millis, width) {
    return this.margin + (millis - this.from) / (this.to - this.from) * (width - this.margin);
  }

  axis(pen, width, height) {
    const length = this.to - this.from;
    const rough = length / Math.max(2, (width - this.margin) / 110);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(by => by * power).find(by => by >= rough);
    pen.font = '11px system-ui, sans-serif';
    pen.textBaseline = 'middle';
    for (let time = Math.ceil(this.from / step) * step; time <= this.to; time += step) {
      const x = Math.round(this.x(time, width)) + 0.5;
      pen.strokeStyle = this.color('hair');
      pen.beginPath();
      pen.moveTo(x, AXIS - 4);
      pen.lineTo(x, height);
      pen.stroke();
      pen.fillStyle = this.color('faint');
      const text = timeText(Math.round(time));
      pen.fillText(text, Math.min(x + 3, width - pen.measureText(text).width), AXIS / 2);
    }
  }

  lane(pen, lane, y, width) {
    if (lane.first && this.margin) {
      pen.fillStyle = this.color('soft');
      pen.fillText(lane.host.slice(0, 15), 0, y + LANE / 2, this.margin - 8);
    }
    pen.save();
    pen.beginPath();
    pen.rect(this.margin, y, width - this.margin, LANE);
    pen.clip();
    for (const job of lane.jobs) {
      if (job.start > this.to || job.start + job.length < this.from) {
        continue;
      }
      const x = this.x(job.start, width);
      const w = Math.max(1.5, this.x(job.start + job.length, width) - x - 0.75);
      pen.fillStyle = this.color(`bar-${job.state}`);
      pen.beginPath();
      pen.roundRect(x, y + 2, w, LANE - 4, Math.min(3, w / 2));
      pen.fill();
      if (job.critical) {
        pen.fillStyle = this.color('critical');
        pen.fillRect(x, y + LANE - 5, w, 3);
      }
      if (w > 34) {
        pen.save();
        pen.clip();
        pen.fillStyle = this.color('on-bar');
        pen.fillText(job.name.split('/').pop(), Math.max(x, this.margin) + 5, y + LANE / 2 + 0.5);
        pen.restore();
      }
    }
    pen.restore();
  }

  // From the end of each task of the critical path to the beginning of the next.
  thread(pen, width) {
    const row = new Map();
    this.lanes.forEach((lane, i) => lane.jobs.forEach(job => row.set(job, AXIS + (i + 1) * LANE - 3.5)));
    pen.save();
    pen.beginPath();
    pen.rect(this.margin, 0, width - this.margin, this.canvas.clientHeight);
    pen.clip();
    pen.strokeStyle = this.color('critical');
    pen.lineWidth = 1.25;
    pen.beginPath();
    report.path.slice(1).forEach((job, i) => {
      const before = report.path[i];
      pen.moveTo(this.x(before.start + before.length, width), row.get(before));
      pen.lineTo(this.x(job.start, width), row.get(job));
    });
    pen.stroke();
    pen.restore();
  }
}
