#include "containers.h"

#include "memory.h"
#include "numbers.h"
#include <stdlib.h>
#include <string.h>

struct map_slot {
    char *key; /* NULL: never used; the text DROPPED: used once */
    void *value;
};

static char DROPPED[] = "";

static struct map_slot *find(const map *m, const char *key)
{
    struct map_slot *reusable = NULL;
    size_t at = (size_t)hash_bytes(key, strlen(key)) & (m->capacity - 1);
    for (;; at = (at + 1) & (m->capacity - 1)) {
        struct map_slot *slot = &m->slots[at];
        if (slot->key == NULL) {
            return reusable != NULL ? reusable : slot;
        }
        if (slot->key == DROPPED) {
            reusable = reusable != NULL ? reusable : slot;
        } else if (strcmp(slot->key, key) == 0) {
            return slot;
        }
    }
}

static bool is_live(const struct map_slot *slot)
{
    return slot->key != NULL && slot->key != DROPPED;
}

static void grow(map *m)
{
    map old = *m;
    m->capacity = old.capacity == 0 ? 16 : old.capacity * 2;
    m->slots = must_allocate(m->capacity * sizeof *m->slots);
    memset(m->slots, 0, m->capacity * sizeof *m->slots);
    for (size_t i = 0; i < old.capacity; i++) {
        if (is_live(&old.slots[i])) {
            *find(m, old.slots[i].key) = old.slots[i];
        }
    }
    free(old.slots);
}

void map_put(map *m, const char *key, void *value)
{
    if ((m->count + 1) * 4 > m->capacity * 3) {
        grow(m);
    }
    struct map_slot *slot = find(m, key);
    if (!is_live(slot)) {
        size_t length = strlen(key) + 1;
        slot->key = memcpy(must_allocate(length), key, length);
        m->count++;
    }
    slot->value = value;
}

bool map_has(const map *m, const char *key)
{
    return m->capacity > 0 && is_live(find(m, key));
}

void *map_get(const map *m, const char *key)
{
    return map_has(m, key) ? find(m, key)->value : NULL;
}

bool map_drop(map *m, const char *key)
{
    if (!map_has(m, key)) {
        return false;
    }
    struct map_slot *slot = find(m, key);
    free(slot->key);
    *slot = (struct map_slot){.key = DROPPED};
    /* The count keeps dropped slots, so that a search always meets an unused one. */
    return true;
}

bool map_next(const map *m, size_t *place, const char **key, void **value)
{
    for (; *place < m->capacity; ++*place) {
        if (is_live(&m->slots[*place])) {
            *key = m->slots[*place].key;
            *value = m->slots[*place].value;
            ++*place;
            return true;
        }
    }
    return false;
}

void map_free(map *m)
{
    for (size_t i = 0; i < m->capacity; i++) {
        if (is_live(&m->slots[i])) {
            free(m->slots[i].key);
        }
    }
    free(m->slots);
    *m = (map){0};
}
