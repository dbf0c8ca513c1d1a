"""Prints what each source of a Heddle journal said on each channel. Written from log-mux/docs/hlog.md alone.

    read_hlog.py FILE       for each source and channel: a line "SOURCE CHANNEL LENGTH NAME", then LENGTH bytes and a newline;
                            last a line "damaged N" with the number of bytes left out
"""
import sys

TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


class Bad(Exception):
    """What stands here is no frame."""


class Torn(Exception):
    """The bytes end inside a frame."""


class Reader:
    def __init__(self, data):
        self.data, self.at, self.damaged = data, 0, 0
        self.names, self.said = {0: "engine"}, {}
        self.cut = None
        if self.take(8) != b"\x89HLF1\r\n\x1a":
            raise SystemExit("no journal")
        self.mark = self.take(8)
        if self.varint() != 1 or not 1 <= self.varint() <= 1000000:
            raise SystemExit("a journal of another version")

    def take(self, count):
        if self.at + count > len(self.data):
            raise Torn
        self.at += count
        return self.data[self.at - count : self.at]

    def payload(self, found, length):
        """Reads a payload of the last source; of one that is cut, what is there is kept aside."""
        if self.at < len(self.data) < self.at + length:
            self.cut = (self.last, self.data[self.at :])
        found.append((self.last, self.take(length)))

    def varint(self):
        value = 0
        for shift in range(0, 63, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if byte == 0 and shift:
                    raise Bad
                return value
        raise Bad

    def limited(self, least, most):
        value = self.varint()
        if not least <= value <= most:
            raise Bad
        return value

    def text(self, slot):
        shared, rest = self.varint(), self.varint()
        self.slots[slot] = self.slots.get(slot, b"")[:shared] + self.take(rest)
        return self.slots[slot].decode()

    def frame(self, found):
        """Reads a frame into `found`; tells whether it was a checkpoint."""
        tag = self.take(1)[0]
        if tag >= 0x80:
            length = tag - 0x7F if tag < 0xF0 else 113 + ((tag & 15) << 8 | self.take(1)[0])
            if self.last is None:
                raise Bad
            self.payload(found, length)
        elif 0x10 <= tag <= 0x17:
            self.last = (self.varint(), tag - 0x10)
            self.payload(found, self.limited(1, 65536))
        elif tag == 0x20:
            source, end = self.varint(), self.limited(1, 65536) + self.at
            flags = self.take(1)[0]
            self.varint(), self.varint()
            found.append((source, self.text(0)))
            for slot in (1, *([2] if flags & 1 else []), *([3] if flags & 4 else [])):
                self.text(slot)
            self.at = end
        elif tag in (0x30, 0x38):
            self.varint()
            self.take(self.limited(1, 65536))
        elif tag == 0x50:
            self.take(self.limited(1, 32768))
        elif tag in (0x28, 0x40):
            self.varint()
        elif tag == 0x7F:
            if self.take(8) != self.mark:
                raise Bad
            self.take(self.limited(3, 65536))
            return True
        else:
            raise Bad
        return False

    def interval(self):
        """Reads from a checkpoint, or the head, to the next checkpoint; tells whether there may be more."""
        start, found, whole = self.at, [], 0
        self.slots, self.last = {}, None
        try:
            tag = self.at
            while not self.frame(found):
                whole, tag = len(found), self.at
            end, checksum = self.at, int.from_bytes(self.take(4), "little")
        except Torn:
            self.deliver(found[:whole])  # the writer was killed, or still writes
            if self.cut and not self.checkpoint(tag):
                self.deliver([self.cut])
            return False
        except Bad:
            return self.find(start)
        if crc32c(self.data[start:end]) == checksum:
            self.deliver(found)
        else:
            self.damaged += self.at - start
        return True

    def checkpoint(self, start):
        """Goes behind the next checkpoint; tells whether there is one."""
        place = self.data.find(b"\x7f" + self.mark, start)
        while place >= 0:
            self.at = place + 9
            try:
                self.varint()
                if self.varint() == place:
                    self.varint(), self.varint()
                    self.take(4)
                    return True
            except (Bad, Torn):
                pass
            place = self.data.find(b"\x7f" + self.mark, place + 1)
        return False

    def find(self, start):
        """Goes on behind the next checkpoint."""
        if self.checkpoint(start):
            self.damaged += self.at - start
            return True
        return False

    def deliver(self, found):
        for key, value in found:
            if isinstance(value, str):
                self.names[key] = value
            else:
                self.said.setdefault(key, []).append(value)


with open(sys.argv[1], "rb") as file:
    reader = Reader(file.read())
while reader.at < len(reader.data) and reader.interval():
    pass
out = sys.stdout.buffer
for (source, channel), pieces in sorted(reader.said.items()):
    said = b"".join(pieces)
    out.write(f"{source} {channel} {len(said)} {reader.names.get(source, '?')}\n".encode() + said + b"\n")
out.write(f"damaged {reader.damaged}\n".encode())
