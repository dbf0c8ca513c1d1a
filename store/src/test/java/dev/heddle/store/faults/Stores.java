package dev.heddle.store.faults;

import dev.heddle.store.disk.Disk;
import dev.heddle.store.local.LocalStore;
import dev.heddle.store.local.StoreLayout;
import dev.heddle.store.local.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Opens the stores that faults befall: on their own, builds without a sandbox, and the goods' sources to repair from. */
final class Stores {

    private Stores() {}

    static LocalStore open(Path directory, Goods goods) throws IOException {
        return open(directory, goods, Disk.system());
    }

    static LocalStore open(Path directory, Goods goods, Disk disk) throws IOException {
        return LocalStore.builder(StoreLayout.in(directory))
                .settings(StoreSettings.DEFAULT.withSandbox(StoreSettings.SandboxMode.OFF))
                .substituters(List.of(new GoodsSource(goods)))
                .disk(disk)
                .open();
    }
}
