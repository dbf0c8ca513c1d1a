package dev.heddle.logmux;

import java.io.IOException;
import java.io.RandomAccessFile;

/** A journal file that may still grow. For one thread. */
class FileBytes implements RunReader.Bytes {

    final RandomAccessFile file;

    FileBytes(RandomAccessFile file) {
        this.file = file;
    }

    @Override
    public int read(long offset, byte[] to, int at, int length) throws IOException {
        file.seek(offset);
        return file.read(to, at, length);
    }

    @Override
    public long length() throws IOException {
        return file.length();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
