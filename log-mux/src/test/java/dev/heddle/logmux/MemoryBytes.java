package dev.heddle.logmux;

/** A journal in an array. */
record MemoryBytes(byte[] bytes) implements RunReader.Bytes {
    @Override
    public int read(long offset, byte[] to, int at, int length) {
        if (offset >= bytes.length) {
            return -1;
        }
        int count = (int) Math.min(length, bytes.length - offset);
        System.arraycopy(bytes, (int) offset, to, at, count);
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public void close() {}
}
