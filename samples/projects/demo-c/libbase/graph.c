#include "containers.h"

#include "memory.h"
#include <stdlib.h>
#include <string.h>

struct edge {
    size_t to;
    struct edge *next;
};

struct graph {
    size_t nodes;
    struct edge **leaving;
    size_t *arriving;
    arena edges;
};

graph *graph_new(size_t nodes)
{
    graph *g = must_allocate(sizeof *g);
    g->nodes = nodes;
    g->leaving = must_allocate(nodes * sizeof *g->leaving);
    g->arriving = must_allocate(nodes * sizeof *g->arriving);
    memset(g->arriving, 0, nodes * sizeof *g->arriving);
    for (size_t i = 0; i < nodes; i++) {
        g->leaving[i] = NULL;
    }
    arena_begin(&g->edges);
    return g;
}

void graph_edge(graph *g, size_t from, size_t to)
{
    struct edge *e = arena_take(&g->edges, sizeof *e);
    e->to = to;
    e->next = g->leaving[from];
    g->leaving[from] = e;
    g->arriving[to]++;
}

bool graph_order(const graph *g, size_t *order)
{
    size_t *open = must_allocate(g->nodes * sizeof *open);
    memcpy(open, g->arriving, g->nodes * sizeof *open);
    size_t found = 0, done = 0;
    for (size_t i = 0; i < g->nodes; i++) {
        if (open[i] == 0) {
            order[found++] = i;
        }
    }
    for (; done < found; done++) {
        for (struct edge *e = g->leaving[order[done]]; e != NULL; e = e->next) {
            if (--open[e->to] == 0) {
                order[found++] = e->to;
            }
        }
    }
    free(open);
    return found == g->nodes;
}

void graph_free(graph *g)
{
    arena_end(&g->edges);
    free(g->leaving);
    free(g->arriving);
    free(g);
}
