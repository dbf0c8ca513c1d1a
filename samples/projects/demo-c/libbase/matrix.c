#include "numbers.h"

#include "check.h"
#include "memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

matrix matrix_new(size_t rows, size_t columns)
{
    matrix m = {rows, columns, must_allocate(rows * columns * sizeof(double))};
    for (size_t i = 0; i < rows * columns; i++) {
        m.cells[i] = 0;
    }
    return m;
}

double *matrix_at(matrix *m, size_t row, size_t column)
{
    CHECK(row < m->rows && column < m->columns);
    return &m->cells[row * m->columns + column];
}

matrix matrix_multiply(const matrix *a, const matrix *b)
{
    CHECK(a->columns == b->rows);
    matrix product = matrix_new(a->rows, b->columns);
    for (size_t i = 0; i < a->rows; i++) {
        for (size_t j = 0; j < b->columns; j++) {
            for (size_t k = 0; k < a->columns; k++) {
                *matrix_at(&product, i, j) += a->cells[i * a->columns + k] * b->cells[k * b->columns + j];
            }
        }
    }
    return product;
}

static void exchange(matrix *m, size_t a, size_t b)
{
    for (size_t column = 0; column < m->columns; column++) {
        double cell = *matrix_at(m, a, column);
        *matrix_at(m, a, column) = *matrix_at(m, b, column);
        *matrix_at(m, b, column) = cell;
    }
}

double matrix_determinant(const matrix *square)
{
    matrix m = matrix_new(square->rows, square->columns);
    memcpy(m.cells, square->cells, m.rows * m.columns * sizeof(double));
    double result = 1;
    for (size_t step = 0; step < m.rows; step++) {
        size_t pivot = step;
        for (size_t row = step + 1; row < m.rows; row++) {
            if (fabs(*matrix_at(&m, row, step)) > fabs(*matrix_at(&m, pivot, step))) {
                pivot = row;
            }
        }
        if (pivot != step) {
            exchange(&m, pivot, step);
            result = -result;
        }
        double head = *matrix_at(&m, step, step);
        result *= head;
        for (size_t row = step + 1; row < m.rows && head != 0; row++) {
            double factor = *matrix_at(&m, row, step) / head;
            for (size_t column = step; column < m.columns; column++) {
                *matrix_at(&m, row, column) -= factor * *matrix_at(&m, step, column);
            }
        }
    }
    matrix_free(&m);
    return result;
}

void matrix_free(matrix *m)
{
    free(m->cells);
    *m = (matrix){0};
}
