package dev.heddle.store.faults;

import dev.heddle.core.derivation.StorePath;
import dev.heddle.store.PathInfo;
import dev.heddle.store.PathSource;
import dev.heddle.store.StoreException;
import dev.heddle.store.nar.NarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Has every good that was made, as it must be. */
final class GoodsSource implements PathSource {

    private final Goods goods;

    GoodsSource(Goods goods) {
        this.goods = goods;
    }

    @Override
    public String storeDirectory() {
        return goods.storeDirectory();
    }

    @Override
    public Optional<PathInfo> queryPathInfo(StorePath path) throws IOException {
        Optional<Good> good = goods.find(path);
        return good.isEmpty() ? Optional.empty() : Optional.of(goods.info(good.orElseThrow()));
    }

    @Override
    public Optional<StorePath> queryPathFromHashPart(String hashPart) throws IOException {
        for (Good good : goods.made()) {
            if (good.path().hashPart().equals(hashPart)) {
                return Optional.of(good.path());
            }
        }
        return Optional.empty();
    }

    @Override
    public void dump(StorePath path, OutputStream out) throws IOException {
        Good good = goods.find(path).orElseThrow(() -> new StoreException(path + " is none of the goods"));
        NarWriter.dump(goods.source(good.number()), out);
    }
}
