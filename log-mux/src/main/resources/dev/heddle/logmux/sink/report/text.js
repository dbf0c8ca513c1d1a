// The one way from data to the page: text becomes text nodes, and nothing else is made of it.
const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === 'class') {
      element.className = value;
    } else if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.filter(child => child !== null && child !== undefined && child !== ''));
  return element;
};

const byId = id => document.getElementById(id);

const addressOf = (job, line) => {
  const name = encodeURIComponent(job.name) + (report.byName.get(job.name) === job ? '' : `@${job.attempt}`);
  return `#${name}${line ? `/${line}` : ''}`;
};

const plural = (count, one, many) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const sizeText = bytes => {
  const units = ['B', 'KB', 'MB', 'GB'];
  let unit = 0;
  let size = bytes;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
};

const timeText = millis => {
  if (millis < 1000) {
    return `${millis} ms`;
  }
  if (millis < 60000) {
    return `${(millis / 1000).toFixed(millis < 10000 ? 2 : 1)} s`;
  }
  const seconds = Math.round(millis / 1000);
  const two = number => String(number).padStart(2, '0');
  return seconds < 3600
    ? `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`
    : `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)} h`;
};

const clockText = millis => {
  const two = number => String(number).padStart(2, '0');
  const seconds = Math.floor(millis / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${minutes < 60 ? '' : `${Math.floor(minutes / 60)}:`}${two(minutes % 60)}:${two(seconds % 60)}.${String(millis % 1000).padStart(3, '0')}`;
};

/** Lines without their styles, each of which stands between two escape characters. */
const plainText = lines => lines.replace(/\u001b[^\u001b]*\u001b/g, '');

const ATTRIBUTES = { b: 'bold', d: 'dim', i: 'italic', u: 'underline', s: 'strike' };

const tableColor = index => {
  if (index < 232) {
    const level = step => step === 0 ? 0 : 55 + 40 * step;
    const cube = index - 16;
    return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`;
  }
  const gray = 8 + 10 * (index - 232);
  return `rgb(${gray} ${gray} ${gray})`;
};

const cssColor = color => /^#[0-9a-f]{6}$/.test(color) ? color
  : +color < 16 ? `var(--ansi-${+color})` : tableColor(+color);

/** Text with a style spelled as in the page's data. */
const styled = (text, style) => {
  let link = null;
  let foreground = null;
  let background = null;
  let inverse = false;
  const classes = [];
  for (const word of style.split(' ')) {
    if (word === 'r') {
      inverse = true;
    } else if (ATTRIBUTES[word]) {
      classes.push(ATTRIBUTES[word]);
    } else if (word[0] === 'f') {
      foreground = cssColor(word.slice(1));
    } else if (word[0] === 'g') {
      background = cssColor(word.slice(1));
    } else if (word[0] === 'l' && /^https?:\/\//i.test(word.slice(1))) {
      link = word.slice(1);
    }
  }
  const element = make(link ? 'a' : 'span', { class: classes.join(' ') }, text);
  if (inverse) {
    [foreground, background] = [background || 'var(--page)', foreground || 'var(--ink)'];
  }
  if (foreground) {
    element.style.color = foreground;
  }
  if (background) {
    element.style.backgroundColor = background;
  }
  if (link) {
    element.href = link;
    element.rel = 'noopener noreferrer nofollow';
    element.target = '_blank';
    element.title = link;
  }
  return element;
};

/** A line of a log with its styles, and a range of its plain text marked. */
const lineNodes = (line, found) => {
  const nodes = [];
  let style = '';
  let at = 0;
  const put = (text, marked) => {
    if (text) {
      const node = style ? styled(text, style) : document.createTextNode(text);
      nodes.push(marked ? make('mark', null, node) : node);
    }
  };
  line.split('\u001b').forEach((part, i) => {
    if (i % 2 === 1) {
      style = part;
      return;
    }
    const from = found ? Math.min(Math.max(found[0] - at, 0), part.length) : part.length;
    const to = found ? Math.min(Math.max(found[1] - at, 0), part.length) : part.length;
    put(part.slice(0, from), false);
    put(part.slice(from, to), true);
    put(part.slice(to), false);
    at += part.length;
  });
  return nodes;
};
